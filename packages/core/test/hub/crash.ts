/** Ports that die at one call, and copies of what they held: an act is tried again and again from the same beginning, dying one call later each time. */
import type { Blobs } from '../../src/blobs/blobs.ts'
import { memoryBlobs } from '../../src/blobs/memory.ts'
import type { CallingHub } from '../../src/hub.ts'
import { memoryStore } from '../../src/store/memory.ts'
import type { Item, Store } from '../../src/store/store.ts'

export class Died extends Error {}

/** Keeps the names of what it holds: the blobs' port has no list. */
export type ListedBlobs = Blobs & { names(): string[] }
export function listedBlobs(): ListedBlobs {
  const blobs = memoryBlobs()
  const names = new Set<string>()
  return {
    get: blobs.get,
    put: (key, blob) => {
      names.add(key)
      return blobs.put(key, blob)
    },
    delete: (key) => {
      names.delete(key)
      return blobs.delete(key)
    },
    names: () => [...names].toSorted(),
  }
}

export async function copyOf(
  items: readonly Item[],
  from: ListedBlobs,
  now: () => number,
): Promise<{ store: Store; blobs: ListedBlobs }> {
  const store = memoryStore({ now })
  for (const item of items) await store.put(item)
  const blobs = listedBlobs()
  for (const name of from.names()) {
    const blob = await from.get(name)
    if (blob) await blobs.put(name, blob)
  }
  return { store, blobs }
}

/** The hub whose `call`-th call of any port dies before it takes effect, and all that follow. Which is to die after the one before it. */
export function dyingAt(hub: CallingHub, call: number): CallingHub {
  let calls = 0
  const dying = <A extends unknown[], R>(port: (...asked: A) => Promise<R>) => {
    return async (...asked: A): Promise<R> => {
      if (++calls >= call) throw new Died(`call ${call}`)
      return port(...asked)
    }
  }
  const { store, blobs, queue } = hub
  return {
    ...hub,
    store: {
      get: dying(store.get),
      getMany: dying(store.getMany),
      put: dying(store.put),
      update: dying(store.update),
      delete: dying(store.delete),
      query: dying(store.query),
      list: dying(store.list),
    },
    blobs: { get: dying(blobs.get), put: dying(blobs.put), delete: dying(blobs.delete) },
    queue: { send: dying(queue.send) },
  }
}
