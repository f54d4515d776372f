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
import { settleLost } from './deliver-settle.ts'
import { putDue } from './due.ts'
import { type Pending, readPending } from './pending.ts'
import { liveState } from './streams.ts'

/** So long a dead worker's hold is respected, in case it lives. */
export async function deliverLog(hub: CallingHub, at: Place): Promise<void> {
  const pending = await readPending(hub, at, 'deliver')
  let { cursor } = pending
  if (cursor.waitUntil !== undefined && cursor.waitUntil > hub.now()) return
  if (cursor.doing !== undefined && cursor.attempt !== undefined) {
    const releasedAt = (cursor.heldAt ?? 0) + HOLD_MS
    if (releasedAt > hub.now()) return putDue(hub, { to: 'deliver', ...at }, releasedAt)
  }
  for (const entry of pending.entries) {
    const next = await deliverOne(hub, at, entry, pending, cursor)
    if (!next) return
    cursor = next
  }
}

/** The cursor after this entry; undefined: it waits, or somebody else is at it. */
async function deliverOne(
  hub: CallingHub,
  at: Place,
  entry: Entry,
  pending: Pending,
  cursor: Cursor,
): Promise<Cursor | undefined> {
  if (standing(entry)) {
    await deliverLog(hub, { ...at, log: entry.data.from })
    return moveCursor(hub.store, at, 'deliver', cursor, { done: entry.seq })
  }
  if (!isOutgoing(entry)) return cursor
  const held = cursor.doing === entry.seq && cursor.attempt !== undefined ? await settleLost(hub, at, entry, cursor) : cursor
  if (!held) return undefined
  if (held.done >= entry.seq) return held
  return sendEntry(hub, at, entry, await stateNow(hub, at, entry, pending), held)
}

/** The customer's exact state as it is now: of the log itself, or of the one that goes on after its seal. */
async function stateNow(hub: CallingHub, at: Place, entry: MessageEntry, pending: Pending) {
  if (!isSeal(pending.last)) return { state: pending.state, seq: pending.seq }
  const found = await liveState(hub, at.workspace, at.log, entry.identity ?? '*')
  return found ? { state: found.state, seq: found.seq } : { state: pending.state, seq: pending.seq }
}
