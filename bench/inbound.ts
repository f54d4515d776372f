/** (1) Messages in: verified, parsed, claimed, appended, poked. Against the two conditional puts that no hub could do without. */
import { channels } from '@throughline/core/channels/index.ts'
import type { Item } from '@throughline/core/store/store.ts'
import type { TestHub } from '../packages/core/test/hub.ts'
import { against, type Row, ratio, table, whole } from './measure.ts'
import { ENGINES, type Engine, itemsPutBy, on, requests } from './stage.ts'

const PEOPLE = 20
/** Made before the clock runs; more than any second of it takes. */
const COUNT: Record<Engine, number> = { memory: 3000, dynalite: 500 }

export async function inbound(): Promise<void> {
  const rows: Row[] = []
  for (const kind of Object.keys(channels)) {
    const row: Row = { channel: kind }
    for (const engine of ENGINES) {
      const { ours, bare } = await on(engine, (stage) => both(stage, kind, engine))
      row[`${engine}: messages/s`] = whole(ours)
      row[`${engine}: bare puts`] = whole(bare)
      row[`${engine}: ratio`] = ratio(ours, bare)
    }
    rows.push(row)
  }
  table('Messages in through receive(), 8 at once, known customers; baseline: the same two items put bare', rows)
}

async function both(stage: TestHub, kind: string, engine: Engine) {
  const connection = await stage.connect(kind)
  for (const request of await requests(connection, PEOPLE, PEOPLE)) await stage.enter(connection, request)
  const [sample] = await requests(connection, PEOPLE, 1)
  const items = sample ? await itemsPutBy(stage.hub.store, () => stage.enter(connection, sample)) : []
  const made = await requests(connection, PEOPLE, COUNT[engine])
  const numbers = Array.from({ length: 20 * COUNT[engine] }, (_, n) => n)
  return against(
    { of: made, act: (request) => stage.enter(connection, request) },
    { of: numbers, act: (n) => putBare(stage, items, n) },
  )
}

/** The same items with the same condition, one after the other, under keys of their own; as many to a partition as a customer has. */
async function putBare(stage: TestHub, items: readonly Item[], n: number): Promise<void> {
  for (const [index, item] of items.entries()) {
    await stage.hub.store.put({ ...item, pk: `BARE#${index}#${n % PEOPLE}`, sk: `E#${n}` }, { absent: true })
  }
}
