import * as z from 'zod/mini'

/** What `connect` learnt of the workspace and keeps. */
export const Data = z.object({
  /** The bot's user id: its own posts come back as events. */
  user: z.string(),
  /** The channel's id, whatever the administrator called it. */
  channel: z.string(),
  /** May posts bear the customer's name as author (scope chat:write.customize)? */
  named: z.boolean(),
})
export type Data = z.infer<typeof Data>

/** `metadata.event_type` of every post of ours: tells an echo even before we know the post's id. */
export const MARKER = 'throughline'
