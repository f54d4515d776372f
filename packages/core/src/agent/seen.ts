/**
 * What an agent has seen: so many messages of each identity. Counted by identity, for identities move from one customer to another; a
 * mark only ever rises, so that two of them are joined by taking the higher of each.
 */
import * as z from 'zod/mini'
import { keys, type Place } from '../store/keys.ts'
import type { Item, Store } from '../store/store.ts'

export type Seen = Record<string, number>
const Stored = z.object({ seen: z._default(z.record(z.string(), z.number()), {}), version: z.optional(z.number()) })
const read = (item: Item | undefined): z.infer<typeof Stored> => Stored.parse(item ?? {})

export async function readSeen(store: Store, at: Place, agent: string): Promise<Seen> {
  return read(await store.get(keys.read(at, agent))).seen
}

export async function raiseSeen(store: Store, at: Place, agent: string, to: Seen): Promise<void> {
  const key = keys.read(at, agent)
  for (;;) {
    const item = await store.get(key)
    const { seen, version } = read(item)
    const rising = Object.entries(to).filter(([identity, count]) => count > (seen[identity] ?? 0))
    if (rising.length === 0) return
    const raised = { ...key, seen: { ...seen, ...Object.fromEntries(rising) }, version: (version ?? 0) + 1 }
    if (await store.put(raised, item ? { equals: { version } } : { absent: true })) return
  }
}

/** Every agent's marks of a sealed log go on in the log that its identities went on in. */
export async function carrySeen(store: Store, from: Place, to: Place, identities: readonly string[]): Promise<void> {
  for (const item of await marksOf(store, from)) {
    const going = Object.entries(read(item).seen).filter(([identity]) => identities.includes(identity))
    await raiseSeen(store, to, item.sk.slice(keys.reads.length), Object.fromEntries(going))
  }
}

async function marksOf(store: Store, at: Place): Promise<Item[]> {
  const found: Item[] = []
  for (let page = await store.query(keys.log(at), { prefix: keys.reads }); page.length > 0; ) {
    found.push(...page)
    page = await store.query(keys.log(at), { prefix: keys.reads, after: page.at(-1)?.sk ?? '' })
  }
  return found
}

/** Takes some identities out of every agent's marks. */
export async function forgetSeen(store: Store, at: Place, gone: (identity: string) => boolean): Promise<void> {
  for (const item of await marksOf(store, at)) {
    const { seen, version } = read(item)
    const left = Object.fromEntries(Object.entries(seen).filter(([identity]) => !gone(identity)))
    if (Object.keys(left).length < Object.keys(seen).length)
      await store.put({ ...item, seen: left, version: (version ?? 0) + 1 }, { equals: { version } })
  }
}
