/** Due records: what must happen later, without holding a queue message (DESIGN 1.1). A schedule pokes what is due. */
import type { Hub } from '../hub.ts'
import { Poke } from '../queue/queue.ts'
import { DUE_SHARDS, keys, shardOf } from '../store/keys.ts'
import type { Item } from '../store/store.ts'

const MINUTE = 60_000
/** A schedule that did not run for this long is caught up with; after a longer pause heal finds what waits. */
const BACK_MINUTES = 15
export const LOOK_BACK_MS = BACK_MINUTES * MINUTE
/** Kept after its time in case no schedule ran. */
const KEPT_SECONDS = 2 * 24 * 3600

const minuteOf = (time: number) => new Date(Math.floor(time / MINUTE) * MINUTE).toISOString().slice(0, 16)

export async function putDue(hub: Hub, poke: Poke, time: number): Promise<void> {
  const what = `${poke.to}#${poke.workspace}#${poke.log}#${poke.connection ?? ''}`
  const key = keys.due(minuteOf(time), shardOf(poke.log, DUE_SHARDS), what)
  await hub.store.put({ ...key, poke, time, expiresAt: Math.ceil(time / 1000) + KEPT_SECONDS })
}

/** Pokes what is due by now; a poke that comes twice does no harm, so records go after the poke, unless they were put anew meanwhile. */
export async function pokeDue(hub: Hub): Promise<void> {
  const now = hub.now()
  for (let back = BACK_MINUTES; back >= 0; back--) {
    for (let shard = 0; shard < DUE_SHARDS; shard++) {
      for await (const due of dueBy(hub, now, keys.due(minuteOf(now - back * MINUTE), shard, '').pk)) {
        await hub.queue.send(due.map((item) => Poke.parse(item.poke)))
        for (const { pk, sk, time } of due) await hub.store.delete({ pk, sk }, { equals: { time } })
      }
    }
  }
}

type Due = Item & { time: number }

/** Page by page: a provider that was down may have put thousands into one minute. */
async function* dueBy(hub: Hub, now: number, pk: string): AsyncGenerator<Due[]> {
  for (let after: string | undefined; ; ) {
    const items = await hub.store.query(pk, { prefix: '', ...(after ? { after } : {}) })
    const due = items.filter((item): item is Due => typeof item.time === 'number' && item.time <= now)
    if (due.length > 0) yield due
    after = items.at(-1)?.sk
    if (!after) return
  }
}
