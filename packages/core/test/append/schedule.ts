/**
 * A schedule of everything that may happen to workers who share a store: any of their calls goes next, a call may die before or after it
 * took effect, and a query may see a later entry without an earlier one. Seeded, so that a failure can be run again.
 */
import type { Item, Key, Store } from '../../src/store/store.ts'

export class Crash extends Error {}

export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822507) + 0x9e3779b9) >>> 0
    return state / 2 ** 32
  }
}

export class Schedule {
  readonly random: () => number
  private waiting: (() => void)[] = []
  private running = 0
  private effects = 0

  constructor(
    seed: number,
    /** Of one call: that its worker dies there. */
    private readonly crashes: number,
  ) {
    this.random = random(seed)
  }

  pick = (n: number) => Math.floor(this.random() * n)

  /** Runs the tasks until all are done, letting one waiting call go at a time. */
  async run(tasks: (() => Promise<void>)[], steps = 60_000): Promise<void> {
    const failures: unknown[] = []
    for (const task of tasks) {
      this.running++
      task()
        .catch((error) => failures.push(error))
        .finally(() => this.running--)
    }
    for (let step = 0; this.running > 0; ) {
      if (step > steps) throw new Error('no progress')
      await new Promise((resolve) => setImmediate(resolve))
      // An engine that really waits: one effect at a time, so that a seed means the same schedule.
      if (this.waiting.length === 0 || this.effects > 0) continue
      const [next] = this.waiting.splice(this.pick(this.waiting.length), 1)
      next?.()
      step++
    }
    if (failures.length > 0) throw failures[0]
  }

  private turn = () => new Promise<void>((resolve) => this.waiting.push(resolve))

  private async call<T>(effect: () => Promise<T>): Promise<T> {
    await this.turn()
    const fate = this.random()
    if (fate < this.crashes) throw new Crash('before')
    this.effects++
    const result = await effect().finally(() => this.effects--)
    if (fate > 1 - this.crashes) throw new Crash('after')
    return result
  }

  /** The store as one worker sees it. */
  over(store: Store): Store {
    return {
      get: (key) => this.call(() => store.get(key)),
      getMany: (keys) => this.call(() => store.getMany(keys)),
      put: (item, when) => this.call(() => store.put(item, when)),
      update: (key, set, when) => this.call(() => store.update(key, set, when)),
      delete: (key, when) => this.call(() => store.delete(key, when)),
      list: (pk, range) => this.call(() => store.list(pk, range)),
      query: async (pk, range) => {
        const first = await this.call(() => store.query(pk, range))
        if (this.random() < 0.5) return first
        // Read committed: what was written while the page was read may be in it or not, each item for itself.
        const then = await this.call(() => store.query(pk, range))
        const known = new Set(first.map((item) => item.sk))
        return then.filter((item) => known.has(item.sk) || this.random() < 0.5)
      },
    }
  }
}

/** The store with a look at every item written, for the judge. */
export function watched(store: Store, wrote: (item: Item | Key) => void): Store {
  return {
    ...store,
    put: async (item, when) => {
      const ok = await store.put(item, when)
      if (ok) wrote(item)
      return ok
    },
    update: async (key, set, when) => {
      const ok = await store.update(key, set, when)
      if (ok) wrote({ ...key, ...set })
      return ok
    },
  }
}
