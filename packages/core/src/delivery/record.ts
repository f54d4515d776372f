/** Delivery records: what became of each unit of an outgoing entry. They only move forward. */
import * as z from 'zod/mini'
import { ErrorCode } from '../connector.ts'
import { keys, type Place } from '../store/keys.ts'
import type { Item, Store } from '../store/store.ts'
import { Decision } from './decision.ts'

export const DeliveryState = z.enum(['waiting', 'unknown', 'accepted', 'sent', 'failed', 'refused', 'delivered', 'read'])
export type DeliveryState = z.infer<typeof DeliveryState>

/** A failure overrules "sent", but not a delivery that was seen; whatever the provider knows overrules our not knowing. */
const RANK: Record<DeliveryState, number> = {
  waiting: 5,
  unknown: 10,
  accepted: 20,
  sent: 30,
  failed: 35,
  /** Said before anything was sent: whatever happens later overrules it. */
  refused: 8,
  delivered: 40,
  read: 50,
}
export const rankOf = (state: DeliveryState): number => RANK[state]

export const Delivery = z.object({
  entry: z.string(),
  seq: z.number(),
  unit: z.number(),
  state: DeliveryState,
  rank: z.number(),
  at: z.string(),
  identity: z.optional(z.string()),
  connection: z.optional(z.string()),
  providerId: z.optional(z.string()),
  code: z.optional(ErrorCode),
  words: z.optional(z.string()),
  /** With the first unit. */
  decision: z.optional(Decision),
})
export type Delivery = z.infer<typeof Delivery>

export const fromDeliveryItem = (item: Item): Delivery => Delivery.parse(item)

/** Our reference to one unit, given to the provider where it gives it back. Holds no secret; the callback it comes in is signed. */
export const referenceOf = (at: Place, seq: number, unit: number): string => [at.workspace, at.log, seq, unit].join('.')
export function readReference(reference: string): { at: Place; seq: number; unit: number } | undefined {
  const [workspace, log, seq, unit, ...more] = reference.split('.')
  if (!workspace || !log || !/^\d+$/.test(seq ?? '') || !/^\d+$/.test(unit ?? '') || more.length > 0) return undefined
  return { at: { workspace, log }, seq: Number(seq), unit: Number(unit) }
}

/** Writes a unit's state unless a later one stands there. */
export function putDelivery(store: Store, at: Place, delivery: Omit<Delivery, 'rank'>): Promise<boolean> {
  const rank = rankOf(delivery.state)
  // Named even when undefined: an earlier failure's words go away when the unit gets on.
  const set = { ...delivery, rank, code: delivery.code, words: delivery.words }
  return store.update(keys.delivery(at, delivery.seq, delivery.unit), set, { below: { rank: rank + 1 } })
}

/** A unit that failed for good on one channel begins anew on another: the one step back that a record may make. */
export async function reopen(store: Store, at: Place, delivery: Omit<Delivery, 'rank' | 'state'>): Promise<void> {
  const fresh = {
    ...delivery,
    state: 'waiting',
    rank: rankOf('waiting'),
    code: undefined,
    words: undefined,
    providerId: undefined,
  }
  await store.update(keys.delivery(at, delivery.seq, delivery.unit), fresh)
}

/** Moves a unit forward on a receipt; false: it is as far or further already. */
export function tick(
  store: Store,
  at: Place,
  seq: number,
  unit: number,
  set: { state: DeliveryState; at: string } & Told,
): Promise<boolean> {
  const rank = rankOf(set.state)
  // What an earlier uncertainty was told with is settled by this.
  const fresh = { code: undefined, words: undefined, ...set, seq, unit, rank }
  return store.update(keys.delivery(at, seq, unit), fresh, { below: { rank } })
}
type Told = { providerId?: string; connection?: string; code?: string; words?: string }

/** Provider's message id -> our unit. `early`: a receipt that came before our own send returned. */
export const Pointer = z.object({
  workspace: z.optional(z.string()),
  log: z.optional(z.string()),
  seq: z.optional(z.number()),
  unit: z.optional(z.number()),
  early: z.optional(
    z.object({ state: DeliveryState, at: z.string(), code: z.optional(ErrorCode), words: z.optional(z.string()) }),
  ),
})
export type Pointer = z.infer<typeof Pointer>
