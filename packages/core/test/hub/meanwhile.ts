/** Ports that let something else happen just before their n-th call: what comes in between any two steps of an act. */
import type { Hub } from '../../src/hub.ts'
import type { Queue } from '../../src/queue/queue.ts'
import type { Store } from '../../src/store/store.ts'

export class Meanwhile {
  /** Names of the calls so far, and the partition and sort key that each was about. */
  calls: string[] = []
  private at = 0
  private act: (() => Promise<unknown>) | undefined

  /** Counts from here; the act happens before call number `at`, or never. */
  arm(at: number, act: () => Promise<unknown>): void {
    this.calls = []
    this.at = at
    this.act = act
  }

  /** The act, if it did not happen yet; nothing is counted any more. */
  async rest(): Promise<void> {
    const { act } = this
    this.act = undefined
    await act?.()
  }

  private async call<T>(name: string, effect: () => Promise<T>): Promise<T> {
    if (!this.act) return effect()
    this.calls.push(name)
    if (this.calls.length === this.at) await this.rest()
    return effect()
  }

  over({ store, queue }: Pick<Hub, 'store' | 'queue'>): { store: Store; queue: Queue } {
    const named = (verb: string, { pk, sk }: { pk: string; sk: string }) => `${verb} ${pk} ${sk}`
    return {
      store: {
        get: (key) => this.call(named('get', key), () => store.get(key)),
        getMany: (keys) => this.call(`getMany ${keys[0]?.pk} ${keys[0]?.sk}`, () => store.getMany(keys)),
        put: (item, when) => this.call(named('put', item), () => store.put(item, when)),
        update: (key, set, when) => this.call(named('update', key), () => store.update(key, set, when)),
        delete: (key, when) => this.call(named('delete', key), () => store.delete(key, when)),
        query: (pk, range) => this.call(`query ${pk} ${range.prefix}`, () => store.query(pk, range)),
        list: (pk, range) => this.call(`list ${pk} `, () => store.list(pk, range)),
      },
      queue: { send: (pokes) => this.call('send  ', () => queue.send(pokes)) },
    }
  }
}
