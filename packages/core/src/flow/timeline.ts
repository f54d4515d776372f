/** A customer's timeline over the chain of logs: a joined log's entries stand where `joined` stands. */
import { standing } from '../customer/identities.ts'
import { Decision } from '../delivery/decision.ts'
import { explain } from '../delivery/explain.ts'
import { fromDeliveryItem } from '../delivery/record.ts'
import { type Entry, isOutgoing } from '../entry.ts'
import { VisibleError } from '../error.ts'
import type { Hub } from '../hub.ts'
import { keys, type Place } from '../store/keys.ts'
import { findEntry } from '../stream/append.ts'
import { readCursor } from '../stream/cursor.ts'
import { entriesAfter, readTail } from '../stream/log.ts'
import { existing, gone } from './reply.ts'
import { streamsOf } from './streams.ts'

/** Number seen of each log: whoever reads on with it misses nothing, even when the log he read was joined into another meanwhile. */
type Seen = Record<string, number>

const encode = (seen: Seen) => Buffer.from(JSON.stringify(seen)).toString('base64url')
const isSeq = (seq: unknown) => typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0
function decode(after: string | undefined): Seen {
  if (!after) return {}
  try {
    const seen: unknown = JSON.parse(Buffer.from(after, 'base64url').toString())
    if (typeof seen === 'object' && seen && Object.values(seen).every(isSeq)) return { ...seen }
  } catch {
    // Falls through to the same answer as any other cursor that is not ours.
  }
  throw new VisibleError(400, 'bad_cursor', 'This cursor is not one of ours. Leave it out to read from the beginning.')
}

export type Page = { entries: Entry[]; next: string }

/** Oldest first, from the beginning or after a cursor; `tail` instead: the last so many. */
export async function readEntries(
  hub: Hub,
  workspace: string,
  id: string,
  range: { after?: string | undefined; limit?: number | undefined; tail?: number | undefined },
): Promise<Page> {
  const { at } = await existing(hub, workspace, id)
  if (range.tail !== undefined && !range.after) return readLast(hub, at, range.tail)
  const seen = decode(range.after)
  const limit = range.limit ?? 100
  const entries: Entry[] = []
  for await (const entry of walk(hub, at, seen)) {
    entries.push(entry)
    seen[entry.log] = entry.seq
    if (entries.length >= limit) break
  }
  return { entries, next: encode(seen) }
}

async function* walk(hub: Hub, at: Place, seen: Seen): AsyncGenerator<Entry> {
  for await (const entry of entriesAfter(hub.store, at, seen[at.log] ?? 0)) {
    if (standing(entry)) yield* walk(hub, { ...at, log: entry.data.from }, seen)
    yield entry
  }
}

async function readLast(hub: Hub, at: Place, limit: number): Promise<Page> {
  const own = await readTail(hub.store, at, limit)
  const entries = await lastOf(hub, at, limit, own)
  // Of what was read, not of what stands there by now: that would be seen by nobody.
  return { entries: entries.slice(-limit), next: encode({ [at.log]: own.at(-1)?.seq ?? 0 }) }
}

async function lastOf(hub: Hub, at: Place, limit: number, given?: Entry[]): Promise<Entry[]> {
  const own = given ?? (await readTail(hub.store, at, limit))
  const entries: Entry[] = []
  for (const entry of own) {
    if (standing(entry)) entries.push(...(await lastOf(hub, { ...at, log: entry.data.from }, limit)))
    entries.push(entry)
  }
  return entries
}

export type DeliveryView = {
  entry: string
  state: 'pending' | 'waiting' | 'sending' | 'accepted' | 'sent' | 'delivered' | 'read' | 'failed' | 'refused' | 'unknown'
  /** One sentence: where it went and why, or why it did not. */
  words: string
  units: {
    unit: number
    state: string
    at: string
    providerId?: string | undefined
    code?: string | undefined
    error?: string | undefined
  }[]
  decision?: Decision
}

export async function readDelivery(hub: Hub, workspace: string, entryId: string): Promise<DeliveryView> {
  const entry = await findEntry(streamsOf(hub, workspace), entryId)
  if (!entry || !isOutgoing(entry))
    throw new VisibleError(404, 'unknown_entry', 'There is no such reply in this workspace, or it is older than 30 days.')
  if (entry.erased) throw gone()
  return deliveryOf(hub, workspace, entry)
}

export async function readDeliveries(
  hub: Hub,
  workspace: string,
  entries: readonly Entry[],
): Promise<Record<string, DeliveryView>> {
  const views = await Promise.all(entries.filter(isOutgoing).map((entry) => deliveryOf(hub, workspace, entry)))
  return Object.fromEntries(views.map((view) => [view.entry, view]))
}

/** A reply is as well off as the worst of its units. */
const WORST = ['failed', 'refused', 'unknown', 'waiting', 'accepted', 'sent', 'delivered', 'read']

async function deliveryOf(hub: Hub, workspace: string, entry: Entry): Promise<DeliveryView> {
  const at = { workspace, log: entry.log }
  const items = await hub.store.query(keys.log(at), { prefix: keys.deliveries(entry.seq) })
  const units = items.filter((item) => typeof item.entry === 'string').map(fromDeliveryItem)
  if (units.length === 0) return underWay(hub, at, entry)
  const decision = units.find((unit) => unit.decision)?.decision
  const worst = units.reduce((a, b) => (WORST.indexOf(b.state) < WORST.indexOf(a.state) ? b : a))
  const sentence = decision ? explain(decision, hub.config.language, Date.parse(decision.at)) : ''
  const told = units.map(({ unit, state, at: time, providerId, code, words }) => ({
    unit,
    state,
    at: time,
    providerId,
    code,
    error: words,
  }))
  const words = [sentence, worst.words && worst.words !== sentence ? worst.words : ''].filter(Boolean).join(' ')
  return { entry: entry.id, state: worst.state, words, units: told, ...(decision ? { decision } : {}) }
}

/** Nothing recorded yet: somebody is at it, or it waits for its turn. */
async function underWay(hub: Hub, at: Place, entry: Entry): Promise<DeliveryView> {
  const cursor = await readCursor(hub.store, at, 'deliver')
  const { doing, attempt } = cursor
  if (doing !== undefined && doing < entry.seq && attempt === undefined)
    return { entry: entry.id, state: 'waiting', words: 'It goes out after the reply before it, which waits.', units: [] }
  const sending = doing === entry.seq && attempt !== undefined
  const decision = sending ? Decision.safeParse(planDecision(cursor.plan)) : undefined
  const words = decision?.success ? explain(decision.data, hub.config.language, hub.now()) : 'On its way.'
  return { entry: entry.id, state: sending ? 'sending' : 'pending', words, units: [] }
}

const planDecision = (plan: unknown): unknown =>
  typeof plan === 'object' && plan && 'decision' in plan ? plan.decision : undefined
