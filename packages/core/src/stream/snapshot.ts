/** The snapshot: a folded state and the number it was folded to, which is route's cursor. Written by route alone. */
import * as z from 'zod/mini'
import { keys, type Place } from '../store/keys.ts'
import type { Item, Store, Value } from '../store/store.ts'

/** `state` is opaque here: the customer's noun reads and upgrades it. */
const Stored = z.object({
  seq: z.number(),
  state: z.unknown(),
  /** How often somebody's part of the log was erased: what was folded before is no longer what the entries add up to. */
  erasures: z.optional(z.number()),
  /** The whole log was erased. */
  gone: z.optional(z.literal(true)),
})
export type Snapshot = z.infer<typeof Stored>

export const readSnapshotItem = (item: Item | undefined): Snapshot => (item ? Stored.parse(item) : { seq: 0, state: undefined })

export const readSnapshot = async (store: Store, at: Place): Promise<Snapshot> =>
  readSnapshotItem(await store.get(keys.snapshot(at)))

/** False: another route worker is further, or something was erased meanwhile. `listed` places the customer in the index of lists. */
export function putSnapshot(
  store: Store,
  at: Place,
  before: Snapshot,
  snapshot: { seq: number; state: Value; gone?: true },
  listed: { listPk: string; listSk: string; listed: Value } | undefined,
): Promise<boolean> {
  const { seq, erasures } = before
  const item = { ...keys.snapshot(at), ...(erasures ? { erasures } : {}), ...snapshot, ...listed }
  return store.put(item, seq === 0 && !erasures ? { absent: true } : { equals: { seq, erasures } })
}

/** What is left adds up to another state, at the same number: route goes on from there. */
export function amendSnapshot(store: Store, at: Place, { seq, erasures }: Snapshot, state: Value): Promise<boolean> {
  // What the list showed may be what was erased.
  const set = { seq, state, erasures: (erasures ?? 0) + 1, listed: undefined }
  return store.update(keys.snapshot(at), set, { equals: { seq: seq === 0 && !erasures ? undefined : seq, erasures } })
}
