/** One entry into one tool: its thread opened once, the post held before and done after. */
import { noteEvent } from '../connection/health.ts'
import type { Connection } from '../connector.ts'
import type { State } from '../customer/state.ts'
import { backoff } from '../delivery/backoff.ts'
import { explain } from '../delivery/explain.ts'
import { Delivery } from '../delivery/record.ts'
import { type Entry, isIncoming, isOutgoing } from '../entry.ts'
import type { CallingHub } from '../hub.ts'
import { keys, type Place } from '../store/keys.ts'
import { type Cursor, moveCursor } from '../stream/cursor.ts'
import type { Card, Tool, ToolCalls, View } from '../tool.ts'
import { threadPointer } from './accept-tool.ts'
import { buryPost } from './dead.ts'
import { callContext } from './deliver-unit.ts'
import { putDue } from './due.ts'
import { wordsFor } from './words.ts'

export async function postEntry(
  hub: CallingHub,
  at: Place,
  connection: Connection,
  entry: Entry,
  state: State,
  cursor: Cursor,
): Promise<Cursor | undefined> {
  const subscriber = `mirror:${connection.id}`
  const tool = hub.tools[connection.kind]
  const calls = hub.toolCalls[connection.kind]
  const words = wordsFor(entry)
  if (!tool || !calls || (words === undefined && !tool.capabilities.everything))
    return { done: entry.seq, version: cursor.version }
  const { tries = 0, firstTryAt = hub.now() } = cursor.doing === entry.seq ? cursor : {}
  // A hold of ours that was never let go: that worker died, and its post may stand.
  const repeated = cursor.doing === entry.seq && cursor.attempt !== undefined
  const held = await moveCursor(hub.store, at, subscriber, cursor, {
    done: cursor.done,
    doing: entry.seq,
    attempt: hub.id(),
    heldAt: hub.now(),
    tries,
    firstTryAt,
  })
  if (!held) return undefined
  const card = cardFor(hub, at, state)
  try {
    const view = await viewOf(hub, at, entry, state, words ?? entry.kind, repeated)
    const thread = await threadFor(hub, at, connection, tool, calls, card)
    await calls.post(thread, view, card, connection, callContext(hub))
    await noteEvent(hub, connection, 'out')
    return await moveCursor(hub.store, at, subscriber, held, { done: entry.seq })
  } catch (error) {
    return failed(hub, at, connection, tool, calls, entry, held, error)
  }
}

async function failed(
  hub: CallingHub,
  at: Place,
  connection: Connection,
  tool: Tool,
  calls: ToolCalls,
  entry: Entry,
  held: Cursor,
  error: unknown,
): Promise<Cursor | undefined> {
  const subscriber = `mirror:${connection.id}`
  const failure = calls.classify(error)
  const log = { workspace: at.workspace, customer: at.log, connection: connection.id, seq: entry.seq }
  hub.logger.warn('mirror.failed', { ...log, code: failure.code, provider: failure.provider })
  await noteEvent(hub, connection, 'error', failure.words)
  const { done, tries = 0, firstTryAt = hub.now() } = held
  if (failure.code === 'threadGone') {
    await hub.store.delete(keys.thread(at, connection.id))
    if (tries < 2) return again(0)
  }
  const over = hub.now() - firstTryAt > tool.capabilities.retryHours * 3600_000
  if (failure.again === 'never' || over) {
    await buryPost(hub, connection, entry, failure.words)
    return moveCursor(hub.store, at, subscriber, held, { done: entry.seq })
  }
  return again(backoff(typeof failure.again === 'object' ? failure.again.after : 1, tries))

  async function again(seconds: number): Promise<undefined> {
    const waitUntil = hub.now() + seconds * 1000
    await putDue(hub, { to: 'mirror', ...at, connection: connection.id }, waitUntil)
    await moveCursor(hub.store, at, subscriber, held, { done, doing: entry.seq, waitUntil, tries: tries + 1, firstTryAt })
    return undefined
  }
}

/** The customer's thread in this tool, opened once: whoever loses the put uses the other's. */
async function threadFor(
  hub: CallingHub,
  at: Place,
  connection: Connection,
  tool: Tool,
  calls: ToolCalls,
  card: Card,
): Promise<string> {
  if (!tool.capabilities.threads) return ''
  const key = keys.thread(at, connection.id)
  const known = await hub.store.get(key)
  if (typeof known?.thread === 'string') return known.thread
  const thread = await calls.open(card, connection, callContext(hub))
  await hub.store.put({ ...threadPointer(connection.id, thread), workspace: at.workspace, log: at.log })
  if (await hub.store.put({ ...key, thread }, { absent: true })) return thread
  const other = await hub.store.get(key)
  return typeof other?.thread === 'string' ? other.thread : thread
}

const cardFor = (hub: CallingHub, at: Place, state: State): Card => {
  const current = state.identities.find((identity) => identity.key === state.current?.identity) ?? state.identities[0]
  const titleOf = (kind: string) => hub.channels[kind]?.title ?? kind
  return {
    customer: at.log,
    name: state.name ?? current?.profile?.name ?? current?.address ?? 'Customer',
    ...(current ? { channel: titleOf(current.channel) } : {}),
    identities: state.identities.map((identity) => `${titleOf(identity.channel)} ${identity.address}`),
    url: `${hub.publicUrl}/inbox/${at.log}`,
  }
}

async function viewOf(hub: CallingHub, at: Place, entry: Entry, state: State, words: string, repeated: boolean): Promise<View> {
  const from = state.identities.find((identity) => identity.key === entry.identity)
  const customer = from?.profile?.name ?? state.name ?? from?.address ?? 'Customer'
  const author = isIncoming(entry) || entry.identity ? customer : (entry.author?.name ?? entry.author?.id ?? 'Throughline')
  const why = isOutgoing(entry) ? await whyOf(hub, at, entry.seq) : undefined
  const mark = isIncoming(entry) && entry.channel ? ` (${hub.channels[entry.channel]?.title ?? entry.channel})` : ''
  return { entry, words, author: `${author}${mark}`, ...(why ? { why } : {}), repeated }
}

async function whyOf(hub: CallingHub, at: Place, seq: number): Promise<string | undefined> {
  const delivery = Delivery.safeParse((await hub.store.get(keys.delivery(at, seq, 0))) ?? {})
  const decision = delivery.success ? delivery.data.decision : undefined
  return decision && explain(decision, hub.config.language, hub.now())
}
