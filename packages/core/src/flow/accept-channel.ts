/** One event of a channel becomes one entry, once; a receipt that only ticks becomes none. */
import type { Channel, ChannelEvent, Sender } from '../channel.ts'
import type { Connection } from '../connector.ts'
import type { Fact, Profile } from '../entry.ts'
import type { Hub } from '../hub.ts'
import { findLog, findOrOpen, moveOn } from '../identity/record.ts'
import { identityKey } from '../identity.ts'
import { isMedia, type Part } from '../message.ts'
import type { Poke } from '../queue/queue.ts'
import { type Appended, append } from '../stream/append.ts'
import { claimId } from '../stream/claim.ts'
import { dropUnnamed } from './blobs.ts'
import { contentKey, offload } from './clean.ts'
import { noteMismatch } from './dead.ts'
import { suggestNamed } from './named.ts'
import { pokesFor } from './poke.ts'
import { acceptReceipt } from './receipt.ts'
import { streamsOf } from './streams.ts'

type Known = Exclude<ChannelEvent, { type: 'unknown' }>
type Spoken = Exclude<Known, { type: 'receipt' }>

export async function acceptChannel(hub: Hub, channel: Channel, connection: Connection, event: Known): Promise<Poke[]> {
  if (event.type === 'receipt') return acceptReceipt(hub, connection, event)
  const { workspace } = connection
  const identity = identityKey(channel.kind, channel.capabilities.scope, connection.account, event.from.address)
  const id = claimId(channel.kind, connection.account, event.type, event.id)
  const fact = await factOf(hub, channel.kind, connection, identity, id, event)
  const appended = await appendFor(hub, workspace, identity, id, fact)
  if (appended.outcome !== 'appended') await dropUnnamed(hub, id, fact, 'entry' in appended ? appended.entry : undefined)
  if (appended.outcome === 'dropped' || appended.outcome === 'erased') return []
  if (appended.outcome === 'mismatch') await noteMismatch(hub, connection, appended.entry)
  const pokes = pokesFor(workspace, appended.entry)
  if (event.type === 'message' && event.customer)
    pokes.push(...(await suggestNamed(hub, workspace, appended.entry, event.customer)))
  return pokes
}

/** Appends for an identity, opening a new log where it is new or where its stream was erased (DESIGN 2.4). */
async function appendFor(hub: Hub, workspace: string, identity: string, id: string, fact: Fact): Promise<Appended> {
  const streams = streamsOf(hub, workspace)
  let start = await findOrOpen(hub.store, workspace, identity, hub.id)
  for (;;) {
    const appended = await append(streams, { who: identity, start, id, fact })
    if (appended.outcome !== 'erased') return appended
    await moveOn(hub.store, workspace, identity, start, hub.id())
    start = (await findLog(hub.store, workspace, identity)) ?? (await findOrOpen(hub.store, workspace, identity, hub.id))
  }
}

async function factOf(
  hub: Hub,
  kind: string,
  connection: Connection,
  identity: string,
  id: string,
  event: Spoken,
): Promise<Fact> {
  const provider = { id: ('messageId' in event && event.messageId) || event.id, ...(event.at ? { at: event.at } : {}) }
  const base = { channel: kind, connection: connection.id, identity, provider }
  const who = { address: event.from.address, profile: profileOf(event.from) }
  switch (event.type) {
    case 'message': {
      const { automatic, unverified, thread, subject, album, replyTo } = event
      const parts = await offload(hub, connection.workspace, id, await keepFiles(hub, connection.workspace, id, event))
      const data = {
        ...who,
        ...(automatic && { automatic }),
        ...(unverified && { unverified }),
        ...(thread && { thread }),
        ...(subject && { subject }),
        ...(album && { album }),
      }
      return { ...base, kind: 'message', direction: 'in', parts, ...(replyTo ? { replyTo } : {}), data }
    }
    case 'edit':
      return {
        ...base,
        kind: 'edit',
        parts: await offload(hub, connection.workspace, id, event.parts),
        data: { ...who, target: event.target },
      }
    case 'delete':
      return { ...base, kind: 'delete', data: { ...who, target: event.target } }
    case 'reaction':
      return { ...base, kind: 'reaction', data: { ...who, target: event.target, emoji: event.emoji } }
    case 'optOut':
      return { ...base, kind: 'optOut', data: { ...who, why: event.why } }
    case 'optIn':
      return { ...base, kind: 'optIn', data: who }
    case 'contact':
      return { ...base, kind: 'proof', data: { ...who, of: 'phone', value: event.phone } }
    case 'start':
      return { ...base, kind: 'start', data: { ...who, ...(event.token ? { token: event.token } : {}) } }
  }
}

const profileOf = ({ name, username, language, phone, email, id, unanswerable }: Sender): Profile => ({
  ...(name && { name }),
  ...(username && { username }),
  ...(language && { language }),
  ...(phone && { phone }),
  ...(email && { email }),
  ...(id && { id }),
  ...(unanswerable && { unanswerable }),
})

/** Bytes that came with the request itself (mail) are ours before the entry stands. */
async function keepFiles(hub: Hub, workspace: string, id: string, event: Extract<Spoken, { type: 'message' }>): Promise<Part[]> {
  const blobs = new Map<string, string>()
  for (const [index, file] of (event.files ?? []).entries()) {
    const blob = `${workspace}/media/${id}/${index}-${contentKey(file.bytes)}`
    await hub.blobs.put(blob, {
      bytes: file.bytes,
      mime: file.mime ?? 'application/octet-stream',
      ...(file.name ? { name: file.name } : {}),
    })
    blobs.set(file.ref, blob)
  }
  return event.parts.map((part) => {
    if (part.type === 'text') {
      const [full, html] = [blobs.get(part.full ?? ''), blobs.get(part.html ?? '')]
      return { ...part, ...(full && { full }), ...(html && { html }) }
    }
    const blob = isMedia(part) && part.media.ref ? blobs.get(part.media.ref) : undefined
    return blob && isMedia(part) ? { ...part, media: { ...part.media, ref: undefined, blob } } : part
  })
}
