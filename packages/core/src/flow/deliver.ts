/**
 * poke -> deliver: each outgoing entry in order: decide, hold, send, record, done. A send is never repeated by itself: a hold left by
 * a dead worker is settled as `unknown` (DESIGN 1.1).
 */
import { standing } from '../customer/identities.ts'
import type { Entry, MessageEntry } from '../entry.ts'
import { isOutgoing } from '../entry.ts'
import type { CallingHub } from '../hub.ts'
import type { Place } from '../store/keys.ts'
import { type Cursor, HOLD_MS, moveCursor } from '../stream/cursor.ts'
import { isSeal } from '../stream/seal.ts'
import { sendEntry } from './deliver-entry.ts'
import { isHeld } from './deliver-plan.ts'
import { settleLost } from './deliver-settle.ts'
import { putDue } from './due.ts'
import { type Pending, readPending } from './pending.ts'
import { pokeTo } from './poke.ts'
import { liveState } from './streams.ts'

/** One entry at a time, each on the state as it is then: the customer may write elsewhere while the one before is being sent. */
export async function deliverLog(hub: CallingHub, at: Place): Promise<void> {
  for (;;) {
    const pending = await readPending(hub, at, 'deliver')
    const { cursor } = pending
    if (cursor.waitUntil !== undefined && cursor.waitUntil > hub.now()) return
    const releasedAt = releaseOf(cursor)
    if (releasedAt !== undefined && releasedAt > hub.now()) return putDue(hub, pokeTo('deliver', at), releasedAt)
    const [entry, ...more] = pending.entries.filter(concerns)
    if (!entry || !(await deliverOne(hub, at, entry, pending)) || more.length === 0) return
  }
}

const concerns = (entry: Entry) => standing(entry) || isOutgoing(entry)

/** So long a dead worker's hold is respected, in case it lives. */
const releaseOf = ({ doing, attempt, heldAt = 0 }: Cursor) =>
  doing !== undefined && attempt !== undefined ? heldAt + HOLD_MS : undefined

/** The cursor after this entry; undefined: it waits, or somebody else is at it. */
async function deliverOne(hub: CallingHub, at: Place, entry: Entry, pending: Pending): Promise<Cursor | undefined> {
  const { cursor } = pending
  if (standing(entry)) {
    const left = await drain(hub, { ...at, log: entry.data.from })
    if (!left) return moveCursor(hub.store, at, 'deliver', cursor, { done: entry.seq })
    if (left.until !== undefined) await putDue(hub, pokeTo('deliver', at), left.until)
    return undefined
  }
  if (!isOutgoing(entry)) return cursor
  const held = cursor.doing === entry.seq && cursor.attempt !== undefined ? await settleLost(hub, at, entry, cursor) : cursor
  if (!held) return undefined
  if (held.done >= entry.seq) return held
  return sendEntry(hub, at, entry, await stateNow(hub, at, entry, pending), held)
}

/** The sealed log that goes on here comes first. Undefined: all of it is out; else the time at which to look again, or none where a poke will come. */
async function drain(hub: CallingHub, from: Place): Promise<{ until: number | undefined } | undefined> {
  await deliverLog(hub, from)
  const { entries, cursor } = await readPending(hub, from, 'deliver')
  if (!entries.some(concerns)) return undefined
  return { until: cursor.waitUntil ?? releaseOf(cursor) ?? (isHeld(cursor) ? undefined : hub.now()) }
}

/** The customer's exact state as it is now: of the log itself, or of the one that goes on after its seal. */
async function stateNow(hub: CallingHub, at: Place, entry: MessageEntry, pending: Pending) {
  if (!isSeal(pending.last)) return { state: pending.state, seq: pending.seq }
  const found = await liveState(hub, at.workspace, at.log, entry.identity ?? '*')
  return found ? { state: found.state, seq: found.seq } : { state: pending.state, seq: pending.seq }
}
