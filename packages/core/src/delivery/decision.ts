/** What a reply's way out looks like as data: stored with the delivery, told in one sentence, re-run later (DESIGN 7). */
import * as z from 'zod/mini'

/** Why a candidate was taken. */
export const Reason = z.enum(['via', 'current', 'wish', 'order', 'recent'])
/** Why a candidate was not: `behind` could have been taken, the others could not. `unanswerable`: nobody can write to this address. */
export const Refusal = z.enum([
  'behind',
  'optedOut',
  'blocked',
  'unanswerable',
  'disconnected',
  'windowClosed',
  'cannotWriteFirst',
  'cannotCarry',
  'failed',
  'notAsked',
])
export type Refusal = z.infer<typeof Refusal>

export const Candidate = z.object({
  identity: z.string(),
  channel: z.string(),
  /** The channel's title for people. */
  title: z.string(),
  connection: z.optional(z.string()),
  address: z.string(),
  /** Last word of theirs here. */
  lastInAt: z.optional(z.string()),
  windowClosesAt: z.optional(z.string()),
})
export type Candidate = z.infer<typeof Candidate>

export const Chosen = z.extend(Candidate, { connection: z.string(), reason: Reason })
/** The best candidate, whose connection is to be brought back first: the reply waits for it. */
export const Held = z.extend(Chosen, { status: z.enum(['broken', 'paused']) })
export const Refused = z.extend(Candidate, { why: Refusal, detail: z.optional(z.string()) })

export const Decision = z.object({
  /** When, and on which entry's number, it was decided. */
  at: z.string(),
  seq: z.number(),
  /** Of the configuration it was decided under. */
  version: z.string(),
  /** At most one of the two. */
  chosen: z.optional(Chosen),
  held: z.optional(Held),
  refused: z.array(Refused),
})
export type Decision = z.infer<typeof Decision>
export type Chosen = z.infer<typeof Chosen>
export type Held = z.infer<typeof Held>
export type Refused = z.infer<typeof Refused>
