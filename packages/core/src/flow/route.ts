/**
 * poke -> route: folds what is new, decides once per incoming message, executes the decision as stored, proves identities,
 * writes the snapshot, pokes the mirrors.
 */

import { carrySeen } from '../agent/seen.ts'
import { noteEvent } from '../connection/health.ts'
import { listConnections } from '../connection/read.ts'
import { fold } from '../customer/fold.ts'
import { standing } from '../customer/identities.ts'
import { rowOf } from '../customer/row.ts'
import { proofsOf, type State } from '../customer/state.ts'
import { type Entry, isIncoming, type MessageEntry, type SealEntry } from '../entry.ts'
import type { Hub } from '../hub.ts'
import { moveOn, moveProof } from '../identity/record.ts'
import { plain } from '../message.ts'
import type { Poke } from '../queue/queue.ts'
import { activeConfig } from '../routing/active.ts'
import { decide, Routing } from '../routing/decide.ts'
import { keys, LIST_SHARDS, type Place, shardOf } from '../store/keys.ts'
import { append } from '../stream/append.ts'
import { claimId } from '../stream/claim.ts'
import { readAfter } from '../stream/log.ts'
import { past } from '../stream/past.ts'
import { live } from '../stream/seal.ts'
import { putSnapshot, readSnapshot } from '../stream/snapshot.ts'
import { eraseContents, sweep, unclaim } from './erase-contents.ts'
import { understood } from './meaning.ts'
import { hasMedia, pokeAll, pokeTo } from './poke.ts'
import { prove } from './prove.ts'
import { stateIn, streamsOf } from './streams.ts'

export async function routeLog(hub: Hub, at: Place): Promise<void> {
  for (;;) {
    const snapshot = await readSnapshot(hub.store, at)
    const entries = await readAfter(hub.store, at, snapshot.seq)
    const last = entries.at(-1)
    if (!last) return sweep(hub, at, snapshot)
    let state = stateIn(snapshot)
    const pokes: Poke[] = []
    for (const entry of entries) {
      const before = state
      state = fold(state, entry)
      pokes.push(...(await heed(hub, at, entry, before, state)))
    }
    const kept = await putSnapshot(
      hub.store,
      at,
      snapshot,
      { seq: last.seq, state: JSON.parse(JSON.stringify(state)) },
      listed(at, state, last),
    )
    if (!kept) {
      await unclaim(hub, at, state)
      continue
    }
    if (entries.some(hasMedia)) pokes.push(pokeTo('fetch', at))
    for (const tool of await toolsOf(hub, at.workspace)) pokes.push(pokeTo('mirror', at, tool.id))
    await pokeAll(hub, pokes)
  }
}

export const toolsOf = async (hub: Hub, workspace: string) =>
  (await listConnections(hub, workspace)).filter((connection) => hub.tools[connection.kind] && connection.status !== 'connecting')

/** A sealed log leaves the list; a live one stands under its status, who waits longest first. */
function listed(at: Place, state: State, last: Entry) {
  if (last.kind === 'seal') return undefined
  const shard = shardOf(at.log, LIST_SHARDS)
  return {
    listPk: keys.list(at.workspace, state.status, shard),
    listSk: `${state.waitingSince ?? '~'}#${at.log}`,
    listed: rowOf(state),
  }
}

/** What one entry causes. Every effect is claimed under the entry's id, so a repeat causes nothing. */
async function heed(hub: Hub, at: Place, entry: Entry, before: State, after: State): Promise<Poke[]> {
  if (standing(entry)) {
    await routeLog(hub, { ...at, log: entry.data.from })
    await bringOn(hub, at, entry.data.from, after)
    return []
  }
  if (entry.kind === 'seal') return follow(hub, at, entry)
  if (entry.erased) return []
  if (entry.connection && entry.identity && entry.provider) await noteIn(hub, at, entry)
  const pokes = isIncoming(entry) && !entry.data?.automatic ? await routeMessage(hub, at, entry, before) : []
  return [...pokes, ...(await prove(hub, at, entry, before, after)), ...switched(at, before, after)]
}

/** They write elsewhere now: a reply that waits for a broken connection need not wait any more. */
function switched(at: Place, before: State, after: State): Poke[] {
  const moved = before.current && before.current.identity !== after.current?.identity
  return moved && after.todo.deliver.seqs.length > 0 ? [pokeTo('deliver', at)] : []
}

/** What leads to the sealed log leads to the live one from now on, as far as its identities live here: records, proofs, read marks. */
async function bringOn(hub: Hub, at: Place, from: string, after: State): Promise<void> {
  const { workspace, log } = at
  for (const { key } of after.identities) await moveOn(hub.store, workspace, key, from, log)
  for (const proof of proofsOf(after)) {
    const border = proof.indexOf(':')
    await moveProof(hub.store, workspace, proof.slice(0, border), proof.slice(border + 1), from, log)
  }
  const identities = after.identities.map(({ key }) => key)
  await carrySeen(hub.store, { workspace, log: from }, at, identities)
}

/** Whoever sealed this log may have died before its other side was opened, or its contents removed: route does what is left to do. */
async function follow(hub: Hub, at: Place, seal: SealEntry): Promise<Poke[]> {
  const streams = streamsOf(hub, at.workspace)
  const pokes: Poke[] = []
  for (const who of Object.keys(seal.data.next)) {
    const found = await live(streams, who, at.log)
    if (found) pokes.push({ to: 'route', workspace: at.workspace, log: found.log })
  }
  if (pokes.length === 0) await eraseContents(hub, at.workspace, await past(streams, at.log))
  return pokes
}

async function noteIn(hub: Hub, at: Place, entry: Entry): Promise<void> {
  const connection = (await listConnections(hub, at.workspace)).find((one) => one.id === entry.connection)
  if (connection) await noteEvent(hub, connection, 'in')
}

async function routeMessage(hub: Hub, at: Place, entry: MessageEntry, before: State): Promise<Poke[]> {
  const routing = await routingOnce(hub, at, entry, before)
  // Their answer follows them, should they have been taken out of this log since.
  const who = entry.identity ?? '*'
  const streams = streamsOf(hub, at.workspace)
  if (routing.tags.length > 0) {
    const id = claimId('route', entry.id, 'tags')
    const author = { kind: 'rule' as const, id: routing.rules.join(', ') }
    await append(streams, { who, start: at.log, id, fact: { kind: 'set', author, data: { tags: { add: routing.tags } } } })
  }
  const pokes: Poke[] = []
  for (const [index, answer] of routing.answers.entries()) {
    const id = claimId('route', entry.id, 'answer', String(index))
    const author = { kind: 'rule' as const, id: answer.rule, name: answer.rule }
    const parts = [{ type: 'text' as const, text: answer.text }]
    const appended = await append(streams, {
      who,
      start: at.log,
      id,
      fact: { kind: 'message', direction: 'out', author, parts },
    })
    if ('entry' in appended)
      pokes.push(
        { to: 'deliver', workspace: at.workspace, log: appended.log },
        { to: 'route', workspace: at.workspace, log: appended.log },
      )
  }
  return pokes
}

/** Decided once: a repeat under a changed configuration reads what was decided. */
async function routingOnce(hub: Hub, at: Place, entry: MessageEntry, before: State): Promise<Routing> {
  const key = keys.routed(at, entry.seq)
  const { config, version } = await activeConfig(hub, at.workspace)
  const meaning = await understood(hub, at, entry, before)
  const asked = {
    channel: entry.channel ?? '',
    text: [plain(entry.parts), ...(meaning ? [meaning] : [])].join('\n'),
    first: before.inbound === 0,
    tags: before.tags,
    at: entry.at,
  }
  const routing: Routing = { ...decide(config, version, asked), ...(meaning ? { meaning } : {}) }
  if (await hub.store.put({ ...key, routing: JSON.parse(JSON.stringify(routing)) }, { absent: true })) return routing
  const item = await hub.store.get(key)
  return item ? Routing.parse(item.routing) : routing
}
