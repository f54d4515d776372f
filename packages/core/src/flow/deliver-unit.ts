/** One provider call, and what it came to. */

import { mediaUrl } from '../blobs/link.ts'
import type { SendContext, Sent, Unit } from '../channel.ts'
import { markBroken } from '../connection/change.ts'
import { noteEvent } from '../connection/health.ts'
import type { CallContext, Failure } from '../connector.ts'
import { referenceOf } from '../delivery/record.ts'
import type { MessageEntry } from '../entry.ts'
import { guardedLookup } from '../http/address.ts'
import type { CallingHub, Hub } from '../hub.ts'
import type { Media } from '../message.ts'
import type { Place } from '../store/keys.ts'
import { append } from '../stream/append.ts'
import { claimId } from '../stream/claim.ts'
import type { WayOut } from './deliver-entry.ts'
import { recordSent } from './deliver-outcome.ts'
import { pokeAll, pokesFor } from './poke.ts'
import { streamsOf } from './streams.ts'

/** Longest a provider call may take: well below a function's time, so that its end is ours to record. */
export const CALL_TIMEOUT_MS = 15_000
/** Providers and their users' devices fetch media for a day at least (Viber's clients do it late). */
const LINK_SECONDS = 48 * 3600

export const linkTo = (hub: Hub, media: Media): string => (media.blob ? mediaUrl(hub, media.blob, LINK_SECONDS, media.name) : '')

export const callContext = (hub: CallingHub): CallContext => ({
  now: hub.now,
  logger: hub.logger,
  fetch: hub.fetch,
  guardedFetch: hub.guardedFetch,
  guardedLookup: hub.guardedLookup ?? guardedLookup(),
  timeout: CALL_TIMEOUT_MS,
})

export async function bytesOf(hub: CallingHub, media: Media): Promise<Uint8Array> {
  const blob = media.blob ? await hub.blobs.get(media.blob) : undefined
  if (!blob) throw new Error('the file of this message is gone')
  return blob.bytes
}

/** Undefined: it is out and recorded. */
export async function sendUnit(
  hub: CallingHub,
  at: Place,
  entry: MessageEntry,
  way: WayOut,
  unit: Unit,
  index: number,
): Promise<Failure | undefined> {
  const { connection, chosen, calls } = way
  const log = { workspace: at.workspace, customer: at.log, connection: connection.id, seq: entry.seq }
  // It was removed while the rest of this reply waited.
  if (connection.status === 'deleted')
    return { code: 'notConfigured', again: 'never', certain: true, words: `${chosen.title} is no longer connected.` }
  let sent: Sent
  try {
    sent = await calls.send(unit, chosen.address, connection, contextFor(hub, at, entry, way, index))
  } catch (error) {
    const failure = calls.classify(error)
    hub.logger.warn('deliver.failed', { ...log, code: failure.code, certain: failure.certain, provider: failure.provider })
    await heed(hub, at, entry, way, failure)
    return failure
  }
  const time = new Date(hub.now()).toISOString()
  const about = { entry: entry.id, seq: entry.seq, unit: index, at: time, identity: chosen.identity, connection: connection.id }
  const first = index === 0 ? { decision: way.plan.decision } : {}
  await recordSent(hub, at, { ...about, ...first, state: sent.state ?? 'accepted', providerId: sent.id })
  await noteEvent(hub, connection, 'out')
  hub.logger.info('deliver.sent', log)
  return undefined
}

function contextFor(hub: CallingHub, at: Place, entry: MessageEntry, way: WayOut, index: number): SendContext {
  return {
    ...callContext(hub),
    reference: referenceOf(at, entry.seq, index),
    customer: at.log,
    ...(entry.author?.kind === 'rule' ? { automatic: true } : {}),
    ...(way.thread ? { thread: way.thread } : {}),
    ...(entry.replyTo ? { replyTo: entry.replyTo } : {}),
    ...(entry.author?.kind === 'agent' && entry.author.name ? { senderName: entry.author.name } : {}),
    bytes: (media) => bytesOf(hub, media),
    link: (media) => linkTo(hub, media),
  }
}

/** What an error tells beyond itself: the recipient blocked us or opted out (an entry), the credentials are no longer good (the setup page). */
async function heed(hub: CallingHub, at: Place, entry: MessageEntry, way: WayOut, failure: Failure): Promise<void> {
  const { connection, chosen } = way
  await noteEvent(hub, connection, 'error', failure.words)
  if (failure.effect === 'unauthorized') await markBroken(hub, connection)
  if (failure.effect !== 'blocked' && failure.effect !== 'optedOut') return
  const base = { channel: chosen.channel, connection: connection.id, identity: chosen.identity }
  const why = failure.effect === 'blocked' ? ('blocked' as const) : ('stop' as const)
  const id = claimId('effect', entry.id, chosen.identity, why)
  const fact = { ...base, kind: 'optOut' as const, data: { address: chosen.address, why } }
  const appended = await append(streamsOf(hub, at.workspace), { who: chosen.identity, start: at.log, id, fact })
  if ('entry' in appended) await pokeAll(hub, pokesFor(at.workspace, appended.entry))
}
