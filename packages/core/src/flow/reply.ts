/** An agent's or a program's reply: checked, appended once, poked. What would happen is told before anything is written. */
import type { Decision } from '../delivery/decision.ts'
import { explain } from '../delivery/explain.ts'
import type { Author, Entry, Fact } from '../entry.ts'
import { VisibleError } from '../error.ts'
import type { Hub } from '../hub.ts'
import { isMedia, type Part, plain } from '../message.ts'
import { append } from '../stream/append.ts'
import { claimId, readClaim } from '../stream/claim.ts'
import { dropUnnamed } from './blobs.ts'
import { clean, offload } from './clean.ts'
import { type Measure, measureOf } from './measure.ts'
import { pokeAll, pokesFor } from './poke.ts'
import { decideWay } from './policy.ts'
import { liveState, streamsOf } from './streams.ts'

export type Reply = {
  parts: Part[]
  via?: string | undefined
  replyTo?: string | undefined
  author: Author
  key?: string | undefined
}
export type Preview = {
  ok: boolean
  /** It is taken and waits until its connection is back. */
  held?: true
  channel?: string
  identity?: string
  connection?: string
  words: string
  /** Where the channel counts (SMS: segments), what it would cost. */
  measure?: Measure
  decision: Decision
}

/** Longest reply in UTF-16 units: longer ones are surely a mistake, and every channel would need dozens of messages. */
const MOST_TEXT = 100_000

export async function preview(
  hub: Hub,
  workspace: string,
  customer: string,
  asking: { parts?: Part[]; via?: string | undefined },
): Promise<Preview> {
  const found = await existing(hub, workspace, customer)
  const decision = await decideWay(hub, workspace, found.state, { parts: asking.parts ?? [], via: asking.via, seq: found.seq })
  const words = explain(decision, hub.config.language, hub.now())
  const { chosen, held } = decision
  const best = chosen ?? held
  if (!best) return { ok: false, words, decision }
  const { channel, identity, connection } = best
  const measure = measureOf(hub, channel, asking.parts ?? [])
  return { ok: true, ...(held && { held: true }), channel, identity, connection, words, ...(measure && { measure }), decision }
}

export async function reply(
  hub: Hub,
  workspace: string,
  customer: string,
  { parts, via, replyTo, author, key }: Reply,
): Promise<Entry> {
  const said = clean(parts)
  checkParts(workspace, said)
  const id = claimId('reply', customer, author.kind, key ?? hub.id())
  const streams = streamsOf(hub, workspace)
  // A repeat is answered with what it made, though the customer may be out of reach by now.
  if (!key || !(await readClaim(hub.store, workspace, id))) {
    const { ok, words } = await preview(hub, workspace, customer, { parts: said, via })
    if (!ok) throw new VisibleError(422, 'no_reachable_identity', words)
  }
  const data = via ? { data: { via } } : {}
  const fact: Fact = {
    kind: 'message',
    direction: 'out',
    author,
    parts: await offload(hub, workspace, id, said),
    ...(replyTo ? { replyTo } : {}),
    ...data,
  }
  const appended = await append(streams, { who: '*', start: customer, id, fact })
  if (appended.outcome !== 'appended') await dropUnnamed(hub, id, fact, 'entry' in appended ? appended.entry : undefined)
  if (appended.outcome === 'mismatch')
    throw new VisibleError(
      409,
      'idempotency_mismatch',
      'This Idempotency-Key was used for another reply. Use a new key for a new reply.',
    )
  if (!('entry' in appended)) throw gone()
  await pokeAll(hub, pokesFor(workspace, appended.entry))
  return appended.entry
}

function checkParts(workspace: string, parts: readonly Part[]): void {
  const empty = parts.every((part) => part.type === 'text' && part.text.trim() === '')
  if (empty) throw new VisibleError(400, 'empty_reply', 'A reply needs a text or a file.')
  if (plain(parts).length > MOST_TEXT)
    throw new VisibleError(400, 'reply_too_long', `A reply may have ${MOST_TEXT} characters at most.`)
  for (const part of parts) {
    const blob = isMedia(part) ? part.media.blob : part.type === 'text' ? part.blob : undefined
    if (isMedia(part) && !blob)
      throw new VisibleError(400, 'unknown_media', 'Upload the file first (POST /v1/media) and name its blob.')
    if (blob !== undefined && !blob.startsWith(`${workspace}/`))
      throw new VisibleError(404, 'unknown_media', 'There is no such file. Upload it first (POST /v1/media).')
  }
}

export const gone = () => new VisibleError(410, 'customer_erased', 'This customer was erased.')

/** The live state of a customer that is known; 404 or 410 otherwise. */
export async function existing(hub: Hub, workspace: string, customer: string) {
  const found = /^[0-9A-Za-z]{1,64}$/.test(customer) ? await liveState(hub, workspace, customer) : { seq: 0 as const }
  if (!found) throw gone()
  if (found.seq === 0 || !('state' in found))
    throw new VisibleError(404, 'unknown_customer', 'There is no such customer in this workspace.')
  return found
}
