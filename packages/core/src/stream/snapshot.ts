/** The snapshot: a folded state and the number it was folded to, which is route's cursor. Written by route alone. */
import * as z from 'zod/mini'
import { keys, type Place } from '../store/keys.ts'
import type { Item, Store, Value } from '../store/store.ts'

/** `state` is opaque here: the customer's noun reads and upgrades it. */
export type Snapshot = { seq: number; state: unknown }
const Stored = z.object({ seq: z.number(), state: z.unknown() })

export const readSnapshotItem = (item: Item | undefined): Snapshot => {
  const stored = item && Stored.parse(item)
  return { seq: stored?.seq ?? 0, state: stored?.state }
}

export const readSnapshot = async (store: Store, at: Place): Promise<Snapshot> =>
  readSnapshotItem(await store.get(keys.snapshot(at)))

/** False: another route worker is further. `listed` places the customer in the index of lists. */
export function putSnapshot(
  store: Store,
  at: Place,
  before: number,
  snapshot: { seq: number; state: Value },
  listed: { listPk: string; listSk: string } | undefined,
): Promise<boolean> {
  const item = { ...keys.snapshot(at), ...snapshot, ...listed }
  return store.put(item, before === 0 ? { absent: true } : { equals: { seq: before } })
}
