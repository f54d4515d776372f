/** What a subscriber has before it, read in as few items as the state allows: the state notes the numbers that concern it. */
import { foldAll } from '../customer/fold.ts'
import type { State, Todo } from '../customer/state.ts'
import type { Entry } from '../entry.ts'
import type { Hub } from '../hub.ts'
import { keys, type Place } from '../store/keys.ts'
import { type Cursor, readCursorItem } from '../stream/cursor.ts'
import { entriesAfter } from '../stream/log.ts'
import { readSnapshotItem } from '../stream/snapshot.ts'
import { stateIn } from './streams.ts'

export type Pending = { cursor: Cursor; entries: Entry[]; state: State; seq: number; last?: Entry }

/** Two round trips: cursor and snapshot together, then the entries from the first that matters. */
export async function readPending(hub: Hub, at: Place, subscriber: 'deliver' | 'fetch'): Promise<Pending> {
  const [cursorItem, snapshotItem] = await hub.store.getMany([keys.subscriber(at, subscriber), keys.snapshot(at)])
  const cursor = readCursorItem(cursorItem)
  const snapshot = readSnapshotItem(snapshotItem)
  const folded = stateIn(snapshot)
  const since = startOf(folded.todo[subscriber], cursor.done, snapshot.seq)
  const read: Entry[] = []
  for await (const entry of entriesAfter(hub.store, at, since)) read.push(entry)
  const newer = read.filter((entry) => entry.seq > snapshot.seq)
  const state = foldAll(folded, newer)
  const last = read.at(-1)
  const wanted = new Set(state.todo[subscriber].seqs)
  const entries = read.filter(
    (entry) => entry.seq > cursor.done && (wanted.has(entry.seq) || entry.seq <= state.todo[subscriber].from),
  )
  return { cursor, entries, state, seq: last?.seq ?? snapshot.seq, ...(last ? { last } : {}) }
}

/** The number after which to read: all before it is either done or does not concern this subscriber. */
export function startOf(todo: Todo, done: number, snapshot: number): number {
  if (done < todo.from) return Math.min(done, snapshot)
  const first = todo.seqs.find((seq) => seq > done)
  return first === undefined ? snapshot : Math.min(first - 1, snapshot)
}
