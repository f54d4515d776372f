import { Entry } from '../entry.ts'
import { keys, type Place } from '../store/keys.ts'
import type { Item, Store } from '../store/store.ts'

/** How many entries one read of the prefix asks for: one page serves nearly every reader, a long tail takes several. */
const PAGE = 100

export function toItem(at: Place, entry: Entry): Item {
  return { ...keys.entry(at, entry.seq), entry: JSON.parse(JSON.stringify(entry)) }
}
export const fromItem = (item: Item): Entry => Entry.parse(item.entry)

/** The last entry, or undefined in a log that nobody wrote to yet. */
export async function lastEntry(store: Store, at: Place): Promise<Entry | undefined> {
  const [item] = await store.query(keys.log(at), { prefix: keys.entries, reverse: true, limit: 1 })
  return item && fromItem(item)
}

/**
 * The contiguous prefix after `since`: a query is no snapshot and may see n + 2 before n + 1, so it is cut at the first hole.
 * Empty: nothing there yet.
 */
export async function readAfter(store: Store, at: Place, since: number, limit = PAGE): Promise<Entry[]> {
  const items = await store.query(keys.log(at), { prefix: keys.entries, after: keys.entry(at, since).sk, limit })
  const entries: Entry[] = []
  for (const item of items) {
    if (item.sk !== keys.entry(at, since + entries.length + 1).sk) break
    entries.push(fromItem(item))
  }
  return entries
}

/** Every entry after `since` in order, page by page. */
export async function* entriesAfter(store: Store, at: Place, since: number): AsyncGenerator<Entry> {
  for (let after = since; ; ) {
    const page = await readAfter(store, at, after)
    yield* page
    if (page.length < PAGE) return
    after += page.length
  }
}

/** The last `limit` entries, oldest first. */
export async function readTail(store: Store, at: Place, limit: number, before?: number): Promise<Entry[]> {
  const range = { prefix: keys.entries, reverse: true, limit, ...(before ? { before: keys.entry(at, before).sk } : {}) }
  return (await store.query(keys.log(at), range)).map(fromItem).reverse()
}

export async function readEntry(store: Store, at: Place, seq: number): Promise<Entry | undefined> {
  const item = await store.get(keys.entry(at, seq))
  return item && fromItem(item)
}
