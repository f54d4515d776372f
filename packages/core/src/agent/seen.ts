/**
 * What an agent has seen: so many messages of each identity. Counted by identity, for identities move from one customer to another; a
 * mark only ever rises, so that two of them are joined by taking the higher of each.
 */
import * as z from 'zod/mini'
import { keys, type Place } from '../store/keys.ts'
import type { Store } from '../store/store.ts'

export type Seen = Record<string, number>
const Stored = z.object({ seen: z._default(z.record(z.string(), z.number()), {}), version: z._default(z.number(), 0) })

export async function readSeen(store: Store, at: Place, agent: string): Promise<Seen> {
  return Stored.parse((await store.get(keys.read(at, agent))) ?? {}).seen
}

export async function raiseSeen(store: Store, at: Place, agent: string, to: Seen): Promise<void> {
  const key = keys.read(at, agent)
  for (;;) {
    const item = await store.get(key)
    const { seen, version } = Stored.parse(item ?? {})
    const rising = Object.entries(to).filter(([identity, count]) => count > (seen[identity] ?? 0))
    if (rising.length === 0) return
    const raised = { ...key, seen: { ...seen, ...Object.fromEntries(rising) }, version: version + 1 }
    if (
      await store.put(raised, item ? { equals: { version: item.version === undefined ? undefined : version } } : { absent: true })
    )
      return
  }
}

/** Every agent's marks of a sealed log go on in the log that its identities went on in. */
export async function carrySeen(store: Store, from: Place, to: Place, identities: readonly string[]): Promise<void> {
  for (let page = await store.query(keys.log(from), { prefix: keys.reads }); page.length > 0; ) {
    for (const item of page) {
      const { seen } = Stored.parse(item)
      const going = Object.entries(seen).filter(([identity]) => identities.includes(identity))
      await raiseSeen(store, to, item.sk.slice(keys.reads.length), Object.fromEntries(going))
    }
    page = await store.query(keys.log(from), { prefix: keys.reads, after: page.at(-1)?.sk ?? '' })
  }
}
