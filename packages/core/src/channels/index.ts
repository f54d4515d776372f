import type { Channel } from '../channel.ts'
import { sms } from './sms/index.ts'

/** The list of channels: the doors. Beside it calls.ts lists their calls; the compiler holds the two together. */
export const channels = { sms } as const satisfies Record<string, Channel>
