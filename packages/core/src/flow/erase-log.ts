/** Takes one customer's contents out of one log. What an entry names goes before the entry, so that a repeat after a crash still finds it. */
import { forgetSeen } from '../agent/seen.ts'
import { fold } from '../customer/fold.ts'
import { emptyState, proofsOf, type State } from '../customer/state.ts'
import { fromDeliveryItem } from '../delivery/record.ts'
import { type Entry, isIncoming, isOutgoing } from '../entry.ts'
import type { Hub } from '../hub.ts'
import { keys, type Place } from '../store/keys.ts'
import type { Item, Value } from '../store/store.ts'
import { moveCursor, readCursor } from '../stream/cursor.ts'
import { entriesAfter, toItem } from '../stream/log.ts'
import type { Mine } from '../stream/past.ts'
import { amendSnapshot, readSnapshot } from '../stream/snapshot.ts'
import { threadPointer } from './accept-tool.ts'
import { blobsOf, fetchedBlob } from './blobs.ts'
import { emptied, stateFrom, without } from './erase-entry.ts'

/** `logs`: all of this customer, by which its proofs are known for its own. */
export type Erasing = { hub: Hub; at: Place; logs: readonly string[] }

/** A log that was this customer's alone. */
export async function eraseWhole(erasing: Erasing): Promise<void> {
  const { hub, at } = erasing
  for await (const entry of entriesAfter(hub.store, at, 0)) {
    const empty = emptied(entry)
    if (empty) await overwrite(erasing, entry, empty)
  }
  const { state, seq } = await leftOf(hub, at)
  for (const subscriber of ['deliver', 'fetch']) await end(erasing, subscriber, seq)
  // Under the last number: a route worker that is still at an earlier one comes too late. Without its place in the list.
  await hub.store.put({ ...keys.snapshot(at), seq, state, gone: true })
  await eraseBesides(hub, at)
}

/** What the log's customer left in a log whose others live on. Their part of it stays as it was. */
export async function erasePart(erasing: Erasing, mine: Mine): Promise<void> {
  const { hub, at } = erasing
  for await (const entry of entriesAfter(hub.store, at, 0)) {
    const deliveries = isOutgoing(entry) ? await all(hub, at, keys.deliveries(entry.seq)) : []
    const goes = !tellsOfMany(entry) && mine(entry.identity ?? identityOf(deliveries) ?? '*')
    const empty = goes ? emptied(entry) : without(entry, mine)
    if (empty) await overwrite(erasing, entry, empty)
    for (const item of deliveries) {
      if (goes) await dropDelivery(hub, item)
      else await forgetCandidates(hub, item, mine)
    }
    if (goes) await hub.store.delete(keys.routed(at, entry.seq))
  }
  await forgetSeen(hub.store, at, mine)
  for (;;) {
    const snapshot = await readSnapshot(hub.store, at)
    const { state } = await leftOf(hub, at, snapshot.seq)
    if (await amendSnapshot(hub.store, at, snapshot, state)) return
  }
}

/** What the entries that are left add up to. */
async function leftOf(hub: Hub, at: Place, upTo = Number.POSITIVE_INFINITY): Promise<{ state: Value; seq: number }> {
  let state = emptyState()
  let seq = 0
  for await (const entry of entriesAfter(hub.store, at, 0)) {
    if (entry.seq > upTo) break
    state = fold(state, entry)
    seq = entry.seq
  }
  return { state: JSON.parse(JSON.stringify(state)), seq }
}

/** These are for all who were here: only the identities in them are somebody's own. */
const tellsOfMany = (entry: Entry) => entry.kind === 'joined' || entry.kind === 'opened' || entry.kind === 'identity'

async function overwrite(erasing: Erasing, entry: Entry, empty: Entry): Promise<void> {
  const { hub, at } = erasing
  if (empty.erased) {
    for (const blob of blobsOf(entry)) await hub.blobs.delete(blob)
    if (isIncoming(entry))
      for (const part of entry.parts.keys()) await hub.blobs.delete(fetchedBlob(at.workspace, entry.id, part))
  }
  const stays = new Set(proofsOf(stateFrom(empty)))
  await dropProofs(erasing, stateFrom(entry), stays)
  await hub.store.put(toItem(at, empty))
}

/** Records of who proved a phone or e-mail first, where that is this customer. */
export async function dropProofs({ hub, at, logs }: Erasing, state: State, stay: ReadonlySet<string> = new Set()): Promise<void> {
  for (const proof of proofsOf(state)) {
    if (stay.has(proof)) continue
    const border = proof.indexOf(':')
    const key = keys.proof(at.workspace, proof.slice(0, border), proof.slice(border + 1))
    const log = (await hub.store.get(key))?.log
    if (typeof log === 'string' && logs.includes(log)) await hub.store.delete(key, { equals: { log } })
  }
}

/** The subscriber is through with this log; a worker that is at it finds a newer version and stops. */
async function end({ hub, at }: Erasing, subscriber: string, last: number): Promise<void> {
  for (;;) {
    const cursor = await readCursor(hub.store, at, subscriber)
    if (await moveCursor(hub.store, at, subscriber, cursor, { done: last })) return
  }
}

/** All that lies beside the entries: deliveries, decisions, threads, read marks. Also what a late worker put there after the erasure. */
export async function eraseBesides(hub: Hub, at: Place): Promise<void> {
  for (const item of await all(hub, at, keys.deliveries())) await dropDelivery(hub, item)
  for (const item of await all(hub, at, keys.threads)) {
    if (typeof item.thread === 'string') await hub.store.delete(threadPointer(item.sk.slice(keys.threads.length), item.thread))
    await hub.store.delete(item)
  }
  for (const prefix of [keys.routeds, keys.reads]) {
    for (const item of await all(hub, at, prefix)) await hub.store.delete(item)
  }
}

async function all(hub: Hub, at: Place, prefix: string): Promise<Item[]> {
  const found: Item[] = []
  for (let page = await hub.store.query(keys.log(at), { prefix }); page.length > 0; ) {
    found.push(...page)
    page = await hub.store.query(keys.log(at), { prefix, after: page.at(-1)?.sk ?? '' })
  }
  return found
}

const identityOf = (deliveries: readonly Item[]): string | undefined =>
  deliveries.map((item) => item.identity).find((identity) => typeof identity === 'string')

/** The provider's id may hold an address as well. */
async function dropDelivery(hub: Hub, item: Item): Promise<void> {
  const { connection, providerId } = item
  if (typeof connection === 'string' && typeof providerId === 'string')
    await hub.store.delete(keys.pointer(connection, providerId))
  await hub.store.delete(item)
}

/** A reply to another names all whom it could have gone to. */
async function forgetCandidates(hub: Hub, item: Item, mine: Mine): Promise<void> {
  const { decision } = fromDeliveryItem(item)
  if (!decision?.refused.some(({ identity }) => mine(identity))) return
  const refused = decision.refused.filter(({ identity }) => !mine(identity))
  await hub.store.update(item, { decision: JSON.parse(JSON.stringify({ ...decision, refused })) })
}
