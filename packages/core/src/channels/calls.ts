import type { ChannelCalls } from '../channel.ts'
import { emailCalls } from './email/calls.ts'
import type { channels } from './index.ts'
import { smsCalls } from './sms/calls.ts'
import { telegramCalls } from './telegram/calls.ts'
import { viberCalls } from './viber/calls.ts'
import { whatsappCalls } from './whatsapp/calls.ts'

/** The network halves, with the providers' SDKs: imported only by functions that call out. */
export const channelCalls: Record<keyof typeof channels, ChannelCalls> = {
  telegram: telegramCalls,
  viber: viberCalls,
  sms: smsCalls,
  whatsapp: whatsappCalls,
  email: emailCalls,
}
