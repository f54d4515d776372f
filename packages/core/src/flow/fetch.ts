/** poke -> fetch: media of incoming messages into our own store before the providers' links expire. Idempotent: a blob under a fixed key. */
import { readConnection } from '../connection/read.ts'
import { standing } from '../customer/identities.ts'
import { backoff } from '../delivery/backoff.ts'
import { type Entry, isIncoming, type MessageEntry } from '../entry.ts'
import type { CallingHub } from '../hub.ts'
import { isMedia, type MediaPart, type Part } from '../message.ts'
import type { Place } from '../store/keys.ts'
import { append } from '../stream/append.ts'
import { claimId } from '../stream/claim.ts'
import { type Cursor, moveCursor } from '../stream/cursor.ts'
import { dropUnnamed, fetchedBlob } from './blobs.ts'
import { callContext } from './deliver-unit.ts'
import { putDue } from './due.ts'
import { readPending } from './pending.ts'
import { pokeAll, pokesFor, pokeTo } from './poke.ts'
import { streamsOf } from './streams.ts'

/** Providers keep links for an hour at least; trying longer is of no use. */
const MOST_TRIES = 6

export async function fetchLog(hub: CallingHub, at: Place): Promise<void> {
  const { cursor, entries } = await readPending(hub, at, 'fetch')
  let now: Cursor | undefined = cursor
  if (cursor.waitUntil !== undefined && cursor.waitUntil > hub.now()) return
  for (const entry of entries) {
    if (!now) return
    now = await fetchOne(hub, at, entry, now)
  }
}

async function fetchOne(hub: CallingHub, at: Place, entry: Entry, cursor: Cursor): Promise<Cursor | undefined> {
  if (standing(entry)) await fetchLog(hub, { ...at, log: entry.data.from })
  else if (isIncoming(entry) && !(await fetchParts(hub, at, entry, (cursor.tries ?? 0) + 1 >= MOST_TRIES))) {
    const tries = (cursor.tries ?? 0) + 1
    const waitUntil = hub.now() + backoff(5, tries) * 1000
    await putDue(hub, pokeTo('fetch', at), waitUntil)
    await moveCursor(hub.store, at, 'fetch', cursor, { done: cursor.done, waitUntil, tries })
    return undefined
  }
  return moveCursor(hub.store, at, 'fetch', cursor, { done: entry.seq })
}

/** False: try again later. The last try says in the stream that the file could not be had. */
async function fetchParts(hub: CallingHub, at: Place, entry: MessageEntry, lastTry: boolean): Promise<boolean> {
  for (const [index, part] of entry.parts.entries()) {
    if (!isMedia(part) || part.media.blob || !part.media.ref) continue
    const result = await fetchPart(hub, at, entry, part, index)
    if (result.failed && !lastTry) return false
    const id = claimId('media', entry.id, String(index))
    const fact = { kind: 'media' as const, data: { entry: entry.id, part: index, ...result } }
    const appended = await append(streamsOf(hub, at.workspace), { who: entry.identity ?? '*', start: at.log, id, fact })
    const stands = 'entry' in appended ? appended.entry : undefined
    if (appended.outcome !== 'appended') await dropUnnamed(hub, entry.id, fact, stands)
    if (stands) await pokeAll(hub, pokesFor(at.workspace, stands))
  }
  return true
}

type Result = { blob?: string; mime?: string; size?: number; failed?: string; parts?: Part[] }

async function fetchPart(hub: CallingHub, at: Place, entry: MessageEntry, part: MediaPart, index: number): Promise<Result> {
  const blob = fetchedBlob(at.workspace, entry.id, index)
  const got = await given(hub, at, entry, part)
  if (!got) {
    // An earlier try may have had it and died before it said so.
    const kept = await hub.blobs.get(blob)
    if (kept) return { blob, mime: kept.mime, size: kept.bytes.byteLength }
    return { failed: 'The file could not be fetched from the channel.' }
  }
  const mime = got.mime ?? part.media.mime ?? 'application/octet-stream'
  const name = part.media.name ?? got.name
  await hub.blobs.put(blob, { bytes: got.bytes, mime, ...(name ? { name } : {}) })
  return { blob, mime, size: got.bytes.byteLength, ...(got.parts?.length && { parts: got.parts }) }
}

/** Only what the provider's own call throws is its failure; our store's errors go up and the poke comes again. */
async function given(hub: CallingHub, at: Place, entry: MessageEntry, part: MediaPart) {
  const connection = entry.connection ? await readConnection(hub, at.workspace, entry.connection) : undefined
  const calls = connection && hub.channelCalls[connection.kind]
  if (!connection || !calls?.media) return undefined
  try {
    const context = { ...callContext(hub), guardedFetch: hub.mediaFetch ?? hub.guardedFetch }
    return await calls.media(part.media, connection, context)
  } catch (error) {
    hub.logger.warn('fetch.failed', {
      workspace: at.workspace,
      customer: at.log,
      connection: connection.id,
      seq: entry.seq,
      error,
    })
    return undefined
  }
}
