import type { Channel } from '../channel.ts'
import { sms } from './sms/index.ts'
import { telegram } from './telegram/index.ts'
import { whatsapp } from './whatsapp/index.ts'

/** The list of channels: the doors. Beside it calls.ts lists their calls; the compiler holds the two together. */
export const channels = { telegram, sms, whatsapp } as const satisfies Record<string, Channel>
