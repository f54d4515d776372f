/**
 * One item per log and subscriber is cursor, hold and fence at once (DESIGN 1.1): `done` tells how far it is, `doing` what somebody is at,
 * `version` rises with every write, so that a worker whose version is no longer the stored one has been overtaken and stops.
 */
import * as z from 'zod/mini'
import { keys, type Place } from '../store/keys.ts'
import type { Item, Store, Value } from '../store/store.ts'

const Stored = z.object({
  done: z.number(),
  version: z.number(),
  doing: z.optional(z.number()),
  unit: z.optional(z.number()),
  /** Made fresh in each invocation: tells our own hold from a dead worker's. */
  attempt: z.optional(z.string()),
  /** Milliseconds since 1970. */
  heldAt: z.optional(z.number()),
  /** Nothing is to be done before this; tries made so far on `doing`. */
  waitUntil: z.optional(z.number()),
  tries: z.optional(z.number()),
  firstTryAt: z.optional(z.number()),
  /** An earlier try of `doing` may have got through. */
  uncertain: z.optional(z.boolean()),
  /** What was decided for `doing`, to be executed as stored. */
  plan: z.optional(z.unknown()),
})
export type Cursor = z.infer<typeof Stored>

/** A hold younger than this may belong to a worker that is alive in another group (a log drained on behalf of its successor). */
export const HOLD_MS = 30_000

export const readCursorItem = (item: Item | undefined): Cursor => (item ? Stored.parse(item) : { done: 0, version: 0 })
export const readCursor = async (store: Store, at: Place, subscriber: string): Promise<Cursor> =>
  readCursorItem(await store.get(keys.subscriber(at, subscriber)))

type Change = Omit<Cursor, 'version' | 'plan'> & { plan?: Value }

/** Writes the whole item as the next version; undefined: a newer version stands there, so the caller must stop. */
export async function moveCursor(
  store: Store,
  at: Place,
  subscriber: string,
  from: Cursor,
  to: Change,
): Promise<Cursor | undefined> {
  const key = keys.subscriber(at, subscriber)
  const next = { ...to, version: from.version + 1 }
  const ok = await store.put({ ...key, ...next }, from.version === 0 ? { absent: true } : { equals: { version: from.version } })
  return ok ? next : undefined
}
