/** A customer as JSON, for the document: what flow/view.ts gives. */
import * as z from 'zod/mini'
import { name } from './schema.ts'

const Identity = z.object({
  key: z.string(),
  channel: z.string(),
  address: z.string(),
  connection: z.optional(z.string()),
  name: z.optional(z.string()),
  lastInAt: z.optional(z.string()),
  windowClosesAt: z.optional(z.string()),
  /** Why: stop, unsubscribed, complaint … */
  optedOut: z.optional(z.string()),
  blocked: z.optional(z.boolean()),
  unverified: z.optional(z.boolean()),
  proven: z.optional(z.array(z.string())),
})

export const CustomerJson = name(
  'Customer',
  z.object({
    id: z.string(),
    log: z.string(),
    name: z.string(),
    status: z.enum(['open', 'closed']),
    assignee: z.optional(z.string()),
    tags: z.array(z.string()),
    fields: z.record(z.string(), z.string()),
    externalIds: z.record(z.string(), z.string()),
    current: z.optional(z.object({ identity: z.string(), channel: z.string(), at: z.string() })),
    identities: z.array(Identity),
    lastAt: z.optional(z.string()),
    waitingSince: z.optional(z.string()),
    preview: z.optional(z.string()),
    unread: z.number(),
    suggestions: z.array(z.object({ customer: z.string(), words: z.string() })),
    reply: z.object({
      ok: z.boolean(),
      held: z.optional(z.boolean()),
      channel: z.optional(z.string()),
      identity: z.optional(z.string()),
      connection: z.optional(z.string()),
      words: z.string(),
    }),
  }),
)
