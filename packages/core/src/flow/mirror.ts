/** poke -> mirror: a customer's entries into one tool, in order, up to where route is; a post whose outcome is unknown is repeated, marked. */
import { decodeTime } from 'ulid'
import { readConnection } from '../connection/read.ts'
import type { Connection } from '../connector.ts'
import { standing } from '../customer/identities.ts'
import type { State } from '../customer/state.ts'
import { type Entry, isIncoming } from '../entry.ts'
import type { CallingHub } from '../hub.ts'
import { notifies, Routing } from '../routing/decide.ts'
import { keys, type Place } from '../store/keys.ts'
import type { Item } from '../store/store.ts'
import { type Cursor, HOLD_MS, moveCursor, readCursor, readCursorItem } from '../stream/cursor.ts'
import { entriesAfter, lastEntry } from '../stream/log.ts'
import { readSnapshotItem } from '../stream/snapshot.ts'
import { putDue } from './due.ts'
import { isRouted } from './meaning.ts'
import { postEntry } from './mirror-post.ts'
import { pokeTo } from './poke.ts'
import { stateIn } from './streams.ts'

export async function mirrorLog(hub: CallingHub, at: Place, connectionId: string): Promise<void> {
  const connection = await readConnection(hub, at.workspace, connectionId)
  if (connection?.status !== 'live' || !hub.tools[connection.kind]) return
  const until = await mirrorRest(hub, at, connection)
  if (until !== undefined) await putDue(hub, pokeTo('mirror', at, connection.id), until)
}

/** Undefined: all is shown; else the time at which to look again. */
async function mirrorRest(hub: CallingHub, at: Place, connection: Connection): Promise<number | undefined> {
  const subscriber = `mirror:${connection.id}`
  const [cursorItem, snapshotItem] = await hub.store.getMany([keys.subscriber(at, subscriber), keys.snapshot(at)])
  const snapshot = readSnapshotItem(snapshotItem)
  let cursor: Cursor | undefined = readCursorItem(cursorItem)
  const busy = busyUntil(cursor)
  if (busy > hub.now()) return busy
  const routings = await routingsFor(hub, at, cursor.done, snapshot.seq)
  const written = cursor.version
  for await (const entry of entriesAfter(hub.store, at, cursor.done)) {
    if (entry.seq > snapshot.seq) break
    cursor = await mirrorOne(hub, at, connection, entry, stateIn(snapshot), cursor, routings(entry.seq))
    if (!cursor) return Math.max(hub.now(), busyUntil(await readCursor(hub.store, at, subscriber)))
  }
  // Entries that the tool need not see are passed over in memory and noted once.
  if (cursor.version === written && cursor.done > (cursorItem ? readCursorItem(cursorItem).done : 0)) {
    await moveCursor(hub.store, at, subscriber, cursor, { done: cursor.done })
  }
  return undefined
}

/** It waits for so long, or somebody may still be at it. */
const busyUntil = ({ waitUntil = 0, attempt, heldAt = 0 }: Cursor): number =>
  Math.max(waitUntil, attempt === undefined ? 0 : heldAt + HOLD_MS)

const PAGE = 1000

/** What was decided last at or before a number: it tells which tools a message is for, and all that follows until the next one. */
async function routingsFor(hub: CallingHub, at: Place, done: number, to: number): Promise<(seq: number) => Routing | undefined> {
  const first = keys.routed(at, done + 1).sk
  const items: Item[] = []
  // Back to the decision under which the first entry stands, however many there are: pages end at 1 MB as well.
  for (let before = `${keys.routed(at, to).sk}~`; before > first && items.length <= to - done; ) {
    const limit = Math.min(PAGE, to - done + 1)
    const page = await hub.store.query(keys.log(at), { prefix: keys.routeds, before, reverse: true, limit })
    items.push(...page)
    before = page.at(-1)?.sk ?? ''
  }
  const found = items.map((item) => ({ sk: item.sk, routing: Routing.parse(item.routing) }))
  return (seq) => found.find(({ sk }) => sk <= keys.routed(at, seq).sk)?.routing
}

/** The cursor after this entry; undefined: it waits, or somebody else is at it. */
async function mirrorOne(
  hub: CallingHub,
  at: Place,
  connection: Connection,
  entry: Entry,
  state: State,
  cursor: Cursor,
  routing: Routing | undefined,
): Promise<Cursor | undefined> {
  if (standing(entry)) {
    const until = await mirrorRest(hub, { workspace: at.workspace, log: entry.data.from }, connection)
    if (until !== undefined) return wait(hub, at, connection, cursor, until)
    await adoptThread(hub, at, entry.data.from, connection)
  }
  if (!wanted(hub, connection, entry, routing)) return { done: entry.seq, version: cursor.version }
  const meaning = isRouted(entry) ? routing?.meaning : undefined
  return postEntry(hub, at, connection, entry, state, cursor, meaning)
}

/** What stands in the sealed log comes first; this log waits with it. */
async function wait(hub: CallingHub, at: Place, connection: Connection, cursor: Cursor, waitUntil: number): Promise<undefined> {
  await moveCursor(hub.store, at, `mirror:${connection.id}`, cursor, { done: cursor.done, waitUntil })
  return undefined
}

/** Not what was erased, not what was before the tool was connected, not what agents wrote in this very tool, not what rules keep from it. */
function wanted(hub: CallingHub, connection: Connection, entry: Entry, routing: Routing | undefined): boolean {
  if (entry.erased || Date.parse(entry.at) < decodeTime(connection.id)) return false
  if (!notifies(routing, connection)) return false
  const threads = hub.tools[connection.kind]?.capabilities.threads
  return !(threads && !isIncoming(entry) && entry.author?.tool === connection.id)
}

/** The sealed log's thread goes on as the live log's where that has none: agents keep writing where they were. */
async function adoptThread(hub: CallingHub, at: Place, from: string, connection: Connection): Promise<void> {
  const item = await hub.store.get(keys.thread({ ...at, log: from }, connection.id))
  if (typeof item?.thread !== 'string') return
  // What agents write there is the rest's after an unmerge; who was taken out gets a thread of their own.
  const seal = await lastEntry(hub.store, { ...at, log: from })
  if (seal?.kind === 'seal' && seal.data.next['*']?.log !== at.log) return
  await hub.store.put({ ...keys.thread(at, connection.id), thread: item.thread }, { absent: true })
}
