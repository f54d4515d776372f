import type { Blobs } from '../../src/blobs/blobs.ts'
import type { Hub } from '../../src/hub.ts'
import type { Queue } from '../../src/queue/queue.ts'
import type { Store } from '../../src/store/store.ts'

export class Crash extends Error {}

/**
 * The process dies once: at call number `at` of its ports, before or after the call took effect. Whatever it does after that has no
 * effect, until it is started again.
 */
export class Fate {
  calls = 0
  armed = false
  dead = false
  constructor(
    private readonly at: number,
    private readonly when: 'before' | 'after',
  ) {}

  private async call<T>(effect: () => Promise<T>, counts = true): Promise<T> {
    if (this.dead) throw new Crash('dead already')
    if (!this.armed || !counts) return effect()
    const mine = ++this.calls === this.at
    if (mine && this.when === 'before') throw this.die()
    const result = await effect()
    if (mine) throw this.die()
    return result
  }

  private die(): Crash {
    this.armed = false
    this.dead = true
    return new Crash(`at call ${this.at}, ${this.when} it took effect`)
  }

  /** Does something that may die; true: it did, and was started again. */
  async dies(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act()
    } catch (error) {
      if (!(error instanceof Crash)) throw error
    }
    const died = this.dead
    this.dead = false
    return died
  }

  /** A call to a provider, whose effect stays when we die. */
  around<A extends unknown[], R>(port: (...asked: A) => Promise<R>): (...asked: A) => Promise<R> {
    return (...asked) => this.call(() => port(...asked))
  }

  over({ store, queue, blobs }: Pick<Hub, 'store' | 'queue' | 'blobs'>): { store: Store; queue: Queue; blobs: Blobs } {
    return {
      store: {
        get: this.around(store.get),
        getMany: this.around(store.getMany),
        put: this.around(store.put),
        update: this.around(store.update),
        delete: this.around(store.delete),
        // The clock's look at what is due is no part of a message's way, and long.
        query: (pk, range) => this.call(() => store.query(pk, range), !pk.startsWith('DUE#')),
        list: this.around(store.list),
      },
      queue: { send: this.around(queue.send) },
      blobs: { get: this.around(blobs.get), put: this.around(blobs.put), delete: this.around(blobs.delete) },
    }
  }
}

/** Acts once for each call that it makes in a calm run, dying there, before and after; `judge` sees what came of it. */
export async function atEveryCall<T>(
  play: (fate: Fate) => Promise<T>,
  judge: (played: T, died: boolean) => Promise<void>,
): Promise<number> {
  const calm = new Fate(0, 'before')
  await judge(await play(calm), false)
  for (let call = 1; call <= calm.calls; call++) {
    for (const when of ['before', 'after'] as const) {
      try {
        await judge(await play(new Fate(call, when)), true)
      } catch (error) {
        throw new Error(`dead ${when} call ${call} of ${calm.calls}`, { cause: error })
      }
    }
  }
  return calm.calls
}
