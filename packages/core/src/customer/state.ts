/** What a stream adds up to (DESIGN 1.2). Kept in the snapshot, so: small, versioned, and unknown fields survive a rollback. */
import * as z from 'zod/mini'
import { Profile } from '../entry.ts'

export const IdentityState = z.looseObject({
  key: z.string(),
  channel: z.string(),
  address: z.string(),
  /** The connection this identity was last heard on, or was told to be written on. */
  connection: z.optional(z.string()),
  profile: z.optional(Profile),
  /** Last word of theirs, by the provider's time, else by ours. */
  lastInAt: z.optional(z.string()),
  /** Provider's id of their last message. */
  lastInId: z.optional(z.string()),
  optedOut: z.optional(z.object({ at: z.string(), why: z.string() })),
  blocked: z.optional(z.object({ at: z.string(), why: z.string() })),
  /** `phone:+15005550006`, `email:ann@example.com`: what the provider proved. */
  proven: z.optional(z.array(z.string())),
  unverified: z.optional(z.boolean()),
  thread: z.optional(z.record(z.string(), z.unknown())),
  /** Of the state's own `inbound` and `waitingSince`, what came from here: a part that is taken out knows its own. */
  inbound: z.optional(z.number()),
  waitingSince: z.optional(z.string()),
})
export type IdentityState = z.infer<typeof IdentityState>

/** Numbers of entries that a subscriber still has to look at; complete for all numbers above `from`. Spares it the rest of the log. */
export const Todo = z.object({ from: z.number(), seqs: z.array(z.number()) })
export type Todo = z.infer<typeof Todo>

export const STATE_VERSION = 1

export const State = z.looseObject({
  version: z.number(),
  name: z.optional(z.string()),
  identities: z.array(IdentityState),
  /** The identity they last wrote from. */
  current: z.optional(z.object({ identity: z.string(), at: z.string() })),
  /** A channel kind or an identity that they wish to be answered on. */
  wish: z.optional(z.string()),
  tags: z.array(z.string()),
  fields: z.record(z.string(), z.string()),
  externalIds: z.record(z.string(), z.string()),
  status: z.enum(['open', 'closed']),
  assignee: z.optional(z.string()),
  /** Messages of theirs, for unread counts and "first message". */
  inbound: z.number(),
  lastAt: z.optional(z.string()),
  waitingSince: z.optional(z.string()),
  preview: z.optional(z.string()),
  /** Our last message, where it had buttons: a short answer may mean one of them. */
  asked: z.optional(z.object({ log: z.string(), seq: z.number() })),
  suggestions: z.array(z.object({ customer: z.string(), words: z.string() })),
  todo: z.object({ deliver: Todo, fetch: Todo }),
})
export type State = z.infer<typeof State>

export const emptyState = (): State => ({
  version: STATE_VERSION,
  identities: [],
  tags: [],
  fields: {},
  externalIds: {},
  status: 'open',
  inbound: 0,
  suggestions: [],
  todo: { deliver: { from: 0, seqs: [] }, fetch: { from: 0, seqs: [] } },
})

/** Reads a stored state of any version up to ours, or a later one's after a rollback: what is missing gets its empty value, what is unknown stays. */
export function upgrade(stored: unknown): State {
  const given = z.looseObject({}).safeParse(stored)
  const merged = { ...emptyState(), ...(given.success ? given.data : {}) }
  return State.parse(merged)
}

/** All phones and e-mails proven by any identity of this customer, as `phone:+…`. */
export const proofsOf = (state: State): string[] => [...new Set(state.identities.flatMap((identity) => identity.proven ?? []))]

/** What people call them: their name, else what the channel tells, else the address. */
export function nameOf(state: State): string {
  const known = state.identities.find((identity) => identity.key === state.current?.identity) ?? state.identities[0]
  return state.name ?? known?.profile?.name ?? known?.address ?? 'Customer'
}
