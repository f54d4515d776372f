import type { Channel } from '../channel.ts'
import { email } from './email/index.ts'
import { sms } from './sms/index.ts'
import { telegram } from './telegram/index.ts'
import { viber } from './viber/index.ts'
import { whatsapp } from './whatsapp/index.ts'

/** The list of channels: the doors. Beside it calls.ts lists their calls; the compiler holds the two together. */
export const channels = { telegram, viber, sms, whatsapp, email } as const satisfies Record<string, Channel>
