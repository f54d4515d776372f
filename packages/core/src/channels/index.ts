import type { Channel } from '../channel.ts'

/** The list of channels: the doors. Beside it calls.ts lists their calls; the compiler holds the two together. */
export const channels = {} as const satisfies Record<string, Channel>
