/**
 * The one store: items under `pk` + `sk`, single-item conditional writes, ordered queries in a partition, one index `list`.
 * Whatever has this meaning is a store; the suite (test/store.test.ts) runs over every implementation.
 * An item with `expiresAt` (seconds since 1970) in the past is absent to every verb here, whether or not it was deleted yet.
 */
export type Value = string | number | boolean | null | Value[] | { [name: string]: Value | undefined }
export type Key = { pk: string; sk: string }
export type Item = Key & { expiresAt?: number; listPk?: string; listSk?: string } & { [attribute: string]: Value | undefined }

/**
 * When a write may happen: the item is absent; each named attribute equals (undefined: is missing); an attribute is missing or below a number.
 */
export type Condition =
  | { absent: true }
  | { equals: Record<string, string | number | boolean | undefined> }
  | { below: Record<string, number> }

export type Range = {
  /** Sort keys that begin so. */
  prefix: string
  /** Exclusive. */
  after?: string
  /** Exclusive. */
  before?: string
  reverse?: boolean
  limit?: number
}

export type Store = {
  /** Strongly consistent. */
  get(key: Key): Promise<Item | undefined>
  /** Strongly consistent, one round trip, same order as asked; at most 25 keys. */
  getMany(keys: readonly Key[]): Promise<(Item | undefined)[]>
  /** False: the condition did not hold and nothing was written. */
  put(item: Item, when?: Condition): Promise<boolean>
  /** Sets attributes (undefined removes one), making the item where it is absent unless the condition forbids. */
  update(key: Key, set: Record<string, Value | undefined>, when?: Condition): Promise<boolean>
  delete(key: Key, when?: Condition): Promise<boolean>
  /** Strongly consistent, in order of `sk`, read committed: NOT a snapshot; one page of at most `limit` (default 100) and 1 MB. */
  query(pk: string, range: Range): Promise<Item[]>
  /** The index, eventually consistent: items whose `listPk` is this, by `listSk`. Holds keys and the `listed` attribute alone. */
  list(listPk: string, range: { after?: string; before?: string; reverse?: boolean; limit?: number }): Promise<Item[]>
}
