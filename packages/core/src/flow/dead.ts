/** Nothing fails silently: what could not be understood, delivered to a subscriber or told apart is listed for the operator. */
import * as z from 'zod/mini'
import type { Connection, HookRequest } from '../connector.ts'
import type { Entry } from '../entry.ts'
import { VisibleError } from '../error.ts'
import type { Hub } from '../hub.ts'
import { Poke } from '../queue/queue.ts'
import { keys } from '../store/keys.ts'
import { claimId } from '../stream/claim.ts'

export const Dead = z.object({
  id: z.string(),
  at: z.string(),
  /** `aside`: a signed body of unknown kind; `poke`: a subscriber that failed to the end; `mismatch`: an id that came twice with two bodies; `post`: a tool that took none; `stray`: an agent's reply that belongs to nobody. */
  kind: z.enum(['aside', 'poke', 'mismatch', 'post', 'stray']),
  words: z.string(),
  connection: z.optional(z.string()),
  log: z.optional(z.string()),
  seq: z.optional(z.number()),
  /** Where the body lies. */
  blob: z.optional(z.string()),
  poke: z.optional(Poke),
})
export type Dead = z.infer<typeof Dead>

const KEPT_SECONDS = 30 * 24 * 3600

async function list(hub: Hub, workspace: string, dead: Omit<Dead, 'at'>): Promise<void> {
  const now = hub.now()
  const item = { ...dead, at: new Date(now).toISOString(), expiresAt: Math.floor(now / 1000) + KEPT_SECONDS }
  await hub.store.put({ ...keys.dead(workspace, dead.id), ...item }, { absent: true })
}

export async function keepAside(hub: Hub, connection: Connection, request: HookRequest, kind: string): Promise<void> {
  const { workspace } = connection
  const id = hub.id()
  const blob = `${workspace}/aside/${id}`
  await hub.blobs.put(blob, { bytes: request.body, mime: request.headers['content-type'] ?? 'application/octet-stream' })
  await list(hub, workspace, {
    id,
    kind: 'aside',
    connection: connection.id,
    blob,
    words: `${connection.name} sent something of an unknown kind: ${kind.slice(0, 100)}. It was kept and answered.`,
  })
  hub.logger.warn('hook.aside', { workspace, connection: connection.id })
}

/** The first body counts; the second is noted once. */
export async function noteMismatch(hub: Hub, connection: Connection, entry: Entry): Promise<void> {
  const id = claimId('mismatch', entry.id)
  const words = `${connection.name} sent the same message id again with another body. The first one counts.`
  await list(hub, connection.workspace, {
    id,
    kind: 'mismatch',
    connection: connection.id,
    log: entry.log,
    seq: entry.seq,
    words,
  })
  hub.logger.warn('hook.mismatch', { workspace: connection.workspace, connection: connection.id, seq: entry.seq })
}

/** What the consumer of a dead-letter queue does with a poke: its subscriber failed every time. */
export async function bury(hub: Hub, poke: Poke, why: string): Promise<void> {
  const words = `${poke.to} of a customer's stream failed again and again: ${why.slice(0, 200)}. Nothing is lost; start it again when the cause is gone.`
  const id = claimId('poke', poke.to, poke.log, poke.connection ?? '')
  await list(hub, poke.workspace, {
    id,
    kind: 'poke',
    log: poke.log,
    poke,
    words,
    ...(poke.connection ? { connection: poke.connection } : {}),
  })
  hub.logger.error('poke.buried', { workspace: poke.workspace, customer: poke.log, to: poke.to })
}

/** A tool refused an entry until its tries were over: it is skipped, visibly. */
export async function buryPost(hub: Hub, connection: Connection, entry: Entry, why: string): Promise<void> {
  const words = `${connection.name} did not take an entry: ${why.slice(0, 200)}`
  const id = claimId('post', connection.id, entry.id)
  await list(hub, connection.workspace, { id, kind: 'post', connection: connection.id, log: entry.log, seq: entry.seq, words })
}

/** An agent wrote, and nobody is there to read it: noted once for each thread, and without the text, for they may have been erased. */
export async function noteStray(hub: Hub, connection: Connection, thread: string, why: 'unknown' | 'erased'): Promise<void> {
  const reason = why === 'erased' ? 'the customer of its thread was erased' : 'its thread belongs to no customer'
  const words = `An answer written in ${connection.name} was not sent: ${reason}.`
  const id = claimId('stray', connection.id, thread, why)
  await list(hub, connection.workspace, { id, kind: 'stray', connection: connection.id, words })
  hub.logger.warn('hook.stray', { workspace: connection.workspace, connection: connection.id })
}

export async function listDead(
  hub: Hub,
  workspace: string,
  page: { limit: number; after?: string },
): Promise<{ dead: Dead[]; next?: string }> {
  const { pk } = keys.dead(workspace, '')
  const range = { prefix: keys.deads, limit: page.limit, ...(page.after ? { after: keys.dead(workspace, page.after).sk } : {}) }
  const dead = (await hub.store.query(pk, range)).map((item) => Dead.parse(item))
  const last = dead.at(-1)
  return { dead, ...(last && dead.length === page.limit ? { next: last.id } : {}) }
}

/** Pokes the subscriber again and takes the letter off the list. */
export async function redrive(hub: Hub, workspace: string, id: string): Promise<void> {
  const item = await hub.store.get(keys.dead(workspace, id))
  if (!item)
    throw new VisibleError(404, 'unknown_dead_letter', 'There is no such dead letter. It may have been started again already.')
  const { poke } = Dead.parse(item)
  if (!poke) throw new VisibleError(409, 'not_redrivable', 'This was kept for you to see; there is nothing to start again.')
  await hub.queue.send([poke])
  await hub.store.delete(keys.dead(workspace, id))
}
