/** One entry into one tool: its thread opened once, the post held before and done after. */
import { markBroken } from '../connection/change.ts'
import { noteEvent } from '../connection/health.ts'
import type { Connection, Failure } from '../connector.ts'
import type { State } from '../customer/state.ts'
import { backoff } from '../delivery/backoff.ts'
import type { Entry } from '../entry.ts'
import type { CallingHub } from '../hub.ts'
import { keys, type Place } from '../store/keys.ts'
import { type Cursor, moveCursor } from '../stream/cursor.ts'
import type { Card, Tool, ToolCalls } from '../tool.ts'
import { threadPointer } from './accept-tool.ts'
import { buryPost } from './dead.ts'
import { callContext } from './deliver-unit.ts'
import { putDue } from './due.ts'
import { cardFor, viewOf } from './mirror-view.ts'
import { pokeTo } from './poke.ts'
import { wordsFor } from './words.ts'

/** A thread that is gone is opened anew so many times for one entry; then something else is wrong. */
const REOPENS = 2

type Mirror = { hub: CallingHub; at: Place; connection: Connection; tool: Tool; calls: ToolCalls; subscriber: string }

export async function postEntry(
  hub: CallingHub,
  at: Place,
  connection: Connection,
  entry: Entry,
  state: State,
  cursor: Cursor,
  meaning?: string,
): Promise<Cursor | undefined> {
  const tool = hub.tools[connection.kind]
  const calls = hub.toolCalls[connection.kind]
  const words = wordsFor(entry, meaning)
  if (!tool || !calls || (words === undefined && !tool.capabilities.everything))
    return { done: entry.seq, version: cursor.version }
  const mirror: Mirror = { hub, at, connection, tool, calls, subscriber: `mirror:${connection.id}` }
  const before = cursor.doing === entry.seq ? cursor : undefined
  // A hold of ours that was never let go: that worker died, and its post may stand.
  const repeated = before?.attempt !== undefined || before?.uncertain === true
  const { tries = 0, firstTryAt = hub.now() } = before ?? {}
  const hold = { done: cursor.done, doing: entry.seq, attempt: hub.id(), heldAt: hub.now(), tries, firstTryAt }
  const held = await moveCursor(hub.store, at, mirror.subscriber, cursor, hold)
  if (!held) return undefined
  const card = cardFor(hub, at, state)
  const shown = await viewOf(hub, at, entry, state, words ?? entry.kind, repeated)
  const view = meaning ? { ...shown, meaning } : shown
  const opened = await threadFor(mirror, card)
  if (opened.failure) return failed(mirror, entry, held, opened.failure)
  const posted = await attempt(calls, () => calls.post(opened.value, view, card, connection, callContext(hub)))
  if (posted.failure) return failed(mirror, entry, held, posted.failure)
  await noteEvent(hub, connection, 'out')
  return moveCursor(hub.store, at, mirror.subscriber, held, { done: entry.seq })
}

type Attempt<T> = { value: T; failure?: undefined } | { failure: Failure }

/** Only what the tool's own call throws is the tool's failure; our store's errors go up and the poke comes again. */
async function attempt<T>(calls: ToolCalls, call: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await call() }
  } catch (error) {
    return { failure: calls.classify(error) }
  }
}

async function failed(mirror: Mirror, entry: Entry, held: Cursor, failure: Failure): Promise<Cursor | undefined> {
  const { hub, at, connection, tool, subscriber } = mirror
  const log = { workspace: at.workspace, customer: at.log, connection: connection.id, seq: entry.seq }
  hub.logger.warn('mirror.failed', { ...log, code: failure.code, provider: failure.provider })
  await noteEvent(hub, connection, 'error', failure.words)
  const { done, tries = 0, firstTryAt = hub.now() } = held
  if (failure.effect === 'unauthorized') {
    // Its entries wait where they are until somebody connects it again.
    await markBroken(hub, connection)
    await moveCursor(hub.store, at, subscriber, held, { done })
    return undefined
  }
  if (failure.code === 'threadGone' && tries < REOPENS) {
    await hub.store.delete(keys.thread(at, connection.id))
    return again(0)
  }
  const over = hub.now() - firstTryAt > tool.capabilities.retryHours * 3600_000
  if (failure.again === 'never' || over) {
    await buryPost(hub, connection, entry, failure.words)
    return moveCursor(hub.store, at, subscriber, held, { done: entry.seq })
  }
  return again(backoff(typeof failure.again === 'object' ? failure.again.after : 1, tries))

  async function again(seconds: number): Promise<undefined> {
    const waitUntil = hub.now() + seconds * 1000
    const uncertain = held.uncertain || !failure.certain
    await putDue(hub, pokeTo('mirror', at, connection.id), waitUntil)
    const wait = { done, doing: entry.seq, waitUntil, tries: tries + 1, firstTryAt, ...(uncertain ? { uncertain } : {}) }
    await moveCursor(hub.store, at, subscriber, held, wait)
    return undefined
  }
}

/** The customer's thread in this tool, opened once: whoever loses the put uses the other's. */
async function threadFor({ hub, at, connection, tool, calls }: Mirror, card: Card): Promise<Attempt<string>> {
  if (!tool.capabilities.threads) return { value: '' }
  const key = keys.thread(at, connection.id)
  const known = await hub.store.get(key)
  if (typeof known?.thread === 'string') return { value: known.thread }
  const opened = await attempt(calls, () => calls.open(card, connection, callContext(hub)))
  if (opened.failure) return opened
  const thread = opened.value
  await hub.store.put({ ...threadPointer(connection.id, thread), workspace: at.workspace, log: at.log })
  if (await hub.store.put({ ...key, thread }, { absent: true })) return { value: thread }
  const other = await hub.store.get(key)
  return { value: typeof other?.thread === 'string' ? other.thread : thread }
}
