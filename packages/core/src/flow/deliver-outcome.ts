/** What a send came to, written where agents see it. */
import { type Delivery, Pointer, putDelivery, tick } from '../delivery/record.ts'
import type { MessageEntry } from '../entry.ts'
import type { Hub } from '../hub.ts'
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
  if ('entry' in appended)
    await pokeAll(
      hub,
      pokesFor(at.workspace, appended.entry).filter((poke) => poke.to === 'route'),
    )
}

/** The provider has it: the record, and the way back from its id for receipts. A receipt that outran us is applied now. */
export async function recordSent(
  hub: Hub,
  at: Place,
  delivery: Omit<Delivery, 'rank'> & { providerId: string; connection: string },
): Promise<void> {
  const { seq, unit, state, at: time, ...details } = delivery
  if (!(await putDelivery(hub.store, at, delivery))) {
    // A receipt by our own reference came before: its state is later than ours, the details are ours alone.
    await hub.store.update(keys.delivery(at, seq, unit), details)
  }
  const key = keys.pointer(delivery.connection, delivery.providerId)
  const pointer = { workspace: at.workspace, log: at.log, seq, unit }
  const expiresAt = Math.floor(hub.now() / 1000) + POINTER_SECONDS
  if (await hub.store.put({ ...key, ...pointer, expiresAt }, { absent: true })) return
  const early = Pointer.parse((await hub.store.get(key)) ?? {}).early
  await hub.store.update(key, { ...pointer, expiresAt })
  if (early) await tick(hub.store, at, seq, unit, { state: early.state, at: early.at })
}

/** Receipts and reactions may come long after; a quarter of a year is more than any provider keeps. */
const POINTER_SECONDS = 90 * 24 * 3600
