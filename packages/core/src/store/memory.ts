/** The store in a process's memory: for tests, and the plainest statement of what a store does. */
import type { Item, Key, Range, Store } from './store.ts'
import { alive, checkKey, cleanRecord, compare, holds, seconds, toItem } from './value.ts'

/** What DynamoDB refuses, measured roughly: enough that a test with a too large item fails here as well. */
const MAX_ITEM_BYTES = 400 * 1024

type Bounds = Omit<Range, 'prefix'> & { prefix?: string }

function pick(items: Item[], by: (item: Item) => string, range: Bounds): Item[] {
  const { prefix = '', after, before, reverse, limit = 100 } = range
  const found = items
    .filter((item) => by(item).startsWith(prefix))
    .filter((item) => after === undefined || compare(by(item), after) > 0)
    .filter((item) => before === undefined || compare(by(item), before) < 0)
    .sort((a, b) => compare(by(a), by(b)) * (reverse ? -1 : 1))
  return found.slice(0, limit).map((item) => structuredClone(item))
}

export function memoryStore({ now }: { now: () => number }): Store {
  const partitions = new Map<string, Map<string, Item>>()

  const read = ({ pk, sk }: Key): Item | undefined => {
    const item = partitions.get(pk)?.get(sk)
    return alive(item, seconds(now)) ? item : undefined
  }
  const living = (items: Iterable<Item>) => [...items].filter((item) => alive(item, seconds(now)))

  const write = (record: Record<string, Item[string]>) => {
    const item = toItem(cleanRecord(record))
    if (Buffer.byteLength(JSON.stringify(item)) > MAX_ITEM_BYTES) throw new RangeError('An item is at most 400 KB')
    const partition = partitions.get(item.pk) ?? new Map<string, Item>()
    partitions.set(item.pk, partition.set(item.sk, item))
  }

  return {
    async get(key) {
      return structuredClone(read(checkKey(key)))
    },
    async getMany(keys) {
      return keys.map((key) => structuredClone(read(checkKey(key))))
    },
    async put(item, when) {
      if (!holds(read(checkKey(item)), when)) return false
      write(item)
      return true
    },
    async update(key, set, when) {
      const item = read(checkKey(key))
      if (!holds(item, when)) return false
      write({ ...item, ...set, pk: key.pk, sk: key.sk })
      return true
    },
    async delete(key, when) {
      if (!holds(read(checkKey(key)), when)) return false
      partitions.get(key.pk)?.delete(key.sk)
      return true
    },
    async query(pk, range) {
      return pick(living(partitions.get(pk)?.values() ?? []), (item) => item.sk, range)
    },
    async list(listPk, range) {
      const indexed = [...partitions.values()].flatMap((partition) => living(partition.values()))
      const listed = indexed.filter((item) => item.listPk === listPk && item.listSk !== undefined)
      return pick(listed, (item) => item.listSk ?? '', range).map(({ pk, sk, listSk, listed: shown, expiresAt }) =>
        toItem(cleanRecord({ pk, sk, listPk, listSk, listed: shown, expiresAt })),
      )
    },
  }
}
