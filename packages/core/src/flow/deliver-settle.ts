/**
 * A hold whose worker is dead: what it was sending is recorded already, or unknown for good; nothing is sent again. What the worker
 * had not got to any more (the way back from the provider's id, the entry about a failure) is done now.
 */
import { type Delivery, fromDeliveryItem, putDelivery } from '../delivery/record.ts'
import type { MessageEntry } from '../entry.ts'
import type { Hub } from '../hub.ts'
import { keys, type Place } from '../store/keys.ts'
import { type Cursor, moveCursor } from '../stream/cursor.ts'
import { appendFailure, pointTo } from './deliver-outcome.ts'
import { Plan } from './deliver-plan.ts'

const LOST = 'The hub stopped while it was sending this. It may have arrived; send it again if it did not.'

export async function settleLost(hub: Hub, at: Place, entry: MessageEntry, cursor: Cursor): Promise<Cursor | undefined> {
  const plan = Plan.parse(cursor.plan)
  const unit = cursor.unit ?? 0
  const go = (to: { unit: number; plan?: Plan }) =>
    moveCursor(hub.store, at, 'deliver', cursor, {
      done: cursor.done,
      doing: entry.seq,
      unit: to.unit,
      plan: JSON.parse(JSON.stringify(to.plan ?? plan)),
      firstTryAt: cursor.firstTryAt,
    })
  const known = await recordOf(hub, at, entry, unit, plan)
  const { chosen } = plan.decision
  // The refusal of an earlier way still stands here: the one that was held for had not been asked.
  if (refusedBySend(known) && known?.identity !== chosen?.identity) return go({ unit })
  if (known?.state === 'failed' && refusedBySend(known)) {
    const { code = 'unknown', words = LOST } = known
    await appendFailure(hub, at, entry, unit, { state: 'failed', code, words }, chosen?.identity)
    if (unit === 0 && chosen) return go({ unit, plan: { ...plan, failed: [...plan.failed, chosen.identity] } })
  } else if (known && known.state !== 'waiting' && known.state !== 'unknown') {
    const { providerId, connection } = known
    if (providerId && connection) await pointTo(hub, at, { ...known, providerId, connection })
  } else await unknown(hub, at, entry, unit, plan, known)
  return unit + 1 < plan.units ? go({ unit: unit + 1 }) : moveCursor(hub.store, at, 'deliver', cursor, { done: entry.seq })
}

/** Refused by the call itself: a failure that came as a receipt bears the provider's id. */
const refusedBySend = (known: Delivery | undefined) => known?.state === 'failed' && known.providerId === undefined

/** The unit's record; one that a receipt made by our reference before the send was recorded gets what it lacks. */
async function recordOf(hub: Hub, at: Place, entry: MessageEntry, unit: number, plan: Plan): Promise<Delivery | undefined> {
  const key = keys.delivery(at, entry.seq, unit)
  const item = await hub.store.get(key)
  if (!item) return undefined
  if (item.entry) return fromDeliveryItem(item)
  const { chosen } = plan.decision
  const decision = JSON.parse(JSON.stringify(plan.decision))
  const set = { entry: entry.id, identity: chosen?.identity, connection: chosen?.connection, decision }
  await hub.store.update(key, set)
  return fromDeliveryItem({ ...item, ...set })
}

async function unknown(hub: Hub, at: Place, entry: MessageEntry, unit: number, plan: Plan, known: Delivery | undefined) {
  const { chosen } = plan.decision
  const { code, words } = known?.state === 'unknown' ? known : {}
  const told = { state: 'unknown', code: code ?? 'unknown', words: words ?? LOST } as const
  const about = { entry: entry.id, seq: entry.seq, unit, at: new Date(hub.now()).toISOString(), decision: plan.decision }
  await putDelivery(hub.store, at, { ...about, ...told, identity: chosen?.identity, connection: chosen?.connection })
  await appendFailure(hub, at, entry, unit, told, chosen?.identity)
}
