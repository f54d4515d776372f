import type { CallingHub } from '../../src/hub.ts'
import type { Queue } from '../../src/queue/queue.ts'
import type { Store } from '../../src/store/store.ts'

export class Crash extends Error {}

/** The process dies once: at call number `at` of its ports, before or after the call took effect. */
export class Fate {
  calls = 0
  armed = false
  constructor(
    private readonly at: number,
    private readonly when: 'before' | 'after',
  ) {}

  private async call<T>(effect: () => Promise<T>): Promise<T> {
    if (!this.armed) return effect()
    const mine = ++this.calls === this.at
    if (mine && this.when === 'before') throw this.die()
    const result = await effect()
    if (mine) throw this.die()
    return result
  }

  private die(): Crash {
    this.armed = false
    return new Crash(`at call ${this.at}, ${this.when} it took effect`)
  }

  over({ store, queue }: CallingHub): { store: Store; queue: Queue } {
    return {
      store: {
        get: (key) => this.call(() => store.get(key)),
        getMany: (keys) => this.call(() => store.getMany(keys)),
        put: (item, when) => this.call(() => store.put(item, when)),
        update: (key, set, when) => this.call(() => store.update(key, set, when)),
        delete: (key, when) => this.call(() => store.delete(key, when)),
        // The clock's look at what is due is no part of a reply's way, and long.
        query: (pk, range) => (pk.startsWith('DUE#') ? store.query(pk, range) : this.call(() => store.query(pk, range))),
        list: (pk, range) => this.call(() => store.list(pk, range)),
      },
      queue: { send: (pokes) => this.call(() => queue.send(pokes)) },
    }
  }
}
