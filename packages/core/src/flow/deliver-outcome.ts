/** What a send came to, written where agents see it. */
import { type Delivery, Pointer, putDelivery, tick } from '../delivery/record.ts'
import type { MessageEntry } from '../entry.ts'
import type { Hub } from '../hub.ts'
import type { Poke } from '../queue/queue.ts'
import { keys, type Place } from '../store/keys.ts'
import { append } from '../stream/append.ts'
import { claimId } from '../stream/claim.ts'
import { pokeAll, pokesFor } from './poke.ts'
import { streamsOf } from './streams.ts'

type Failed = { state: 'refused' | 'failed' | 'unknown'; code: string; words: string }

/** Nothing fails silently: an entry in the stream, once per unit and kind of failure. */
export async function appendFailure(
  hub: Hub,
  at: Place,
  entry: MessageEntry,
  unit: number,
  failed: Failed,
  identity?: string,
): Promise<void> {
  const id = claimId('failure', entry.id, String(unit), failed.state, identity ?? '')
  const base = identity ? { identity } : {}
  const fact = { ...base, kind: 'failure' as const, data: { entry: entry.id, unit, ...failed } }
  const appended = await append(streamsOf(hub, at.workspace), { who: '*', start: at.log, id, fact })
  if ('entry' in appended) await pokeAll(hub, others(pokesFor(at.workspace, appended.entry)))
}

/** Deliver is at this log already. */
const others = (pokes: Poke[]) => pokes.filter((poke) => poke.to !== 'deliver')

/** A failure that the provider told later, in a receipt: the same entry however often and over whichever way it is told. */
export async function appendReported(
  hub: Hub,
  at: Place,
  told: {
    entry: string
    unit: number
    providerId: string
    connection: string
    identity?: string | undefined
    code: string
    words: string
  },
): Promise<Poke[]> {
  const { entry, unit, providerId, connection, identity, code, words } = told
  const appended = await append(streamsOf(hub, at.workspace), {
    who: '*',
    start: at.log,
    id: claimId('failure', entry, String(unit), providerId),
    fact: {
      connection,
      ...(identity ? { identity } : {}),
      kind: 'failure',
      data: { entry, unit, state: 'failed', code, words },
    },
  })
  return 'entry' in appended ? pokesFor(at.workspace, appended.entry) : []
}

type Out = Omit<Delivery, 'rank'> & { providerId: string; connection: string }

/** The provider has it: the record, and the way back from its id for receipts. */
export async function recordSent(hub: Hub, at: Place, delivery: Out): Promise<void> {
  const { seq, unit, state, at: time, ...details } = delivery
  if (!(await putDelivery(hub.store, at, delivery))) {
    // A receipt by our own reference came before: its state is later than ours, the details are ours alone.
    await hub.store.update(keys.delivery(at, seq, unit), details)
  }
  await pointTo(hub, at, delivery)
}

/** Receipts and reactions may come long after; a quarter of a year is more than any provider keeps. */
const POINTER_SECONDS = 90 * 24 * 3600

/** The way back from the provider's id. A receipt that outran us waits there and is applied now. Safe to repeat. */
export async function pointTo(hub: Hub, at: Place, out: Omit<Out, 'state'>): Promise<void> {
  const { entry, seq, unit, providerId, connection, identity } = out
  const key = keys.pointer(connection, providerId)
  const pointer = { workspace: at.workspace, log: at.log, seq, unit, expiresAt: Math.floor(hub.now() / 1000) + POINTER_SECONDS }
  if (await hub.store.put({ ...key, ...pointer }, { absent: true })) return
  // Pointed first and read then: what comes from now on finds the pointer, so nothing can slip in between.
  await hub.store.update(key, pointer)
  const { early } = Pointer.parse((await hub.store.get(key)) ?? {})
  if (!early) return
  await tick(hub.store, at, seq, unit, early)
  if (early.state !== 'failed') return
  const { code = 'unknown', words = 'The provider says that it failed.' } = early
  await pokeAll(hub, others(await appendReported(hub, at, { entry, unit, providerId, connection, identity, code, words })))
}
