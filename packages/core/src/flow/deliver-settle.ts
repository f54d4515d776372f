/** A hold whose worker is dead: what it was sending is either recorded already or unknown for good; nothing is sent again. */
import { fromDeliveryItem, putDelivery } from '../delivery/record.ts'
import type { MessageEntry } from '../entry.ts'
import type { Hub } from '../hub.ts'
import { keys, type Place } from '../store/keys.ts'
import { type Cursor, moveCursor } from '../stream/cursor.ts'
import { appendFailure } from './deliver-outcome.ts'
import { Plan } from './deliver-plan.ts'

export async function settleLost(hub: Hub, at: Place, entry: MessageEntry, cursor: Cursor): Promise<Cursor | undefined> {
  const plan = Plan.parse(cursor.plan)
  const unit = cursor.unit ?? 0
  const item = await hub.store.get(keys.delivery(at, entry.seq, unit))
  const known = item?.entry ? fromDeliveryItem(item) : undefined
  if (!known || known.state === 'waiting') {
    const words = 'The hub stopped while it was sending this. It may have arrived; send it again if it did not.'
    const { chosen } = plan.decision
    const about = {
      entry: entry.id,
      seq: entry.seq,
      unit,
      at: new Date(hub.now()).toISOString(),
      identity: chosen?.identity,
      connection: chosen?.connection,
    }
    await putDelivery(hub.store, at, { ...about, state: 'unknown', code: 'unknown', words, decision: plan.decision })
    await appendFailure(hub, at, entry, unit, { state: 'unknown', code: 'unknown', words })
  }
  if (unit + 1 >= plan.units) return moveCursor(hub.store, at, 'deliver', cursor, { done: entry.seq })
  return moveCursor(hub.store, at, 'deliver', cursor, {
    done: cursor.done,
    doing: entry.seq,
    unit: unit + 1,
    plan: JSON.parse(JSON.stringify(plan)),
  })
}
