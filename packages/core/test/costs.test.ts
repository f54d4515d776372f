/**
 * What one message costs, as items written and read by the AWS SDK against the embedded engine and calls at the queue's port. These are
 * the figures of the bill: exact, so that one more read is noticed, and the same for a stream of ten entries as for one of two thousand.
 */
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb'
import { marshall } from '@aws-sdk/util-dynamodb'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { channels } from '../src/channels/index.ts'
import type { Connection } from '../src/connector.ts'
import { referenceOf } from '../src/delivery/record.ts'
import type { Entry } from '../src/entry.ts'
import { deliverLog } from '../src/flow/deliver.ts'
import { reply } from '../src/flow/reply.ts'
import { routeLog } from '../src/flow/route.ts'
import { readDelivery } from '../src/flow/timeline.ts'
import type { Place } from '../src/store/keys.ts'
import { toItem } from '../src/stream/log.ts'
import { type Count, countItems } from './hub/counter.ts'
import { fixturesOf, wireOf } from './hub/wire.ts'
import { type TestHub, testHub, WORKSPACE } from './hub.ts'

const SHORT = 10
const LONG = 2000
const kinds = Object.keys(channels)
const agent = { kind: 'agent' as const, id: 'olga', name: 'Olga' }
const told: Record<string, Record<string, string>> = {}

let t: TestHub
let counter: ReturnType<typeof countItems>
beforeAll(async () => {
  t = await testHub({ engine: 'dynalite' })
  if (!t.engine.client) throw new Error('nothing to count at')
  counter = countItems(t.engine.client)
})
afterAll(async () => {
  console.table(told)
  await t.stop()
})

type Cost = Count & { queue: number }
async function cost(work: () => Promise<unknown>): Promise<Cost> {
  const before = t.queue.calls
  const count = await counter.during(work)
  return { ...count, queue: t.queue.calls - before }
}
const note = (kind: string, what: string, { writes, reads, queue }: Cost) => {
  told[kind] = { ...told[kind], [what]: `${writes} w ${reads} r ${queue} q` }
}

/** Notes put straight where they belong: a long past without its price. */
async function lengthen(at: Place, from: number, to: number): Promise<void> {
  const items = Array.from({ length: to - from + 1 }, (_, index) => {
    const seq = from + index
    const entry: Entry = {
      id: `ent_past${seq}`,
      log: at.log,
      seq,
      at: new Date(t.clock.now).toISOString(),
      kind: 'note',
      data: { text: `Note ${seq}` },
    }
    return { PutRequest: { Item: marshall(toItem(at, entry)) } }
  })
  // Not through the counted port: this is no work of the hub.
  t.engine.client?.middlewareStack.remove('countItems')
  for (let n = 0; n < items.length; n += 25) {
    await t.engine.client?.send(new BatchWriteItemCommand({ RequestItems: { hub: items.slice(n, n + 25) } }))
  }
  if (t.engine.client) counter = countItems(t.engine.client)
}

/** A customer whose stream has so many entries, read by route to the end, answered once: all caches are warm. */
async function customer(connection: Connection, who: number, length: number): Promise<Place> {
  await t.say(connection, { who, text: 'Hello' })
  const at = { workspace: WORKSPACE, log: await t.logOf(connection, who) }
  await t.drain()
  await reply(t.hub, WORKSPACE, at.log, { parts: [{ type: 'text', text: 'Good day' }], author: agent })
  await t.drain()
  await lengthen(at, 3, length)
  await routeLog(t.hub, at)
  t.queue.waiting = []
  return at
}

/** One log for both would be one customer by proof: each kind has people of its own. */
const whoFor = (kind: string, n: number) => 10 * (kinds.indexOf(kind) + 1) + n

for (const kind of kinds) {
  test(`${kind}: a message costs the same at ${SHORT} entries and at ${LONG}`, async () => {
    const connection = await t.connect(kind)
    await t.say(connection, { who: whoFor(kind, 0), text: 'Warm' })
    await t.drain()

    const first = await cost(() => t.say(connection, { who: whoFor(kind, 1), text: 'I am new' }))
    note(kind, 'first contact', first)
    expect(first).toEqual({ writes: 3, reads: 2, queue: 1 })

    for (const [n, length] of [SHORT, LONG].entries()) {
      const who = whoFor(kind, 2 + n)
      const at = await customer(connection, who, length)
      const inbound = await cost(() => t.say(connection, { who, text: 'One more' }))
      note(kind, `in, ${length}`, inbound)
      expect(inbound).toEqual({ writes: 2, reads: 2, queue: 1 })

      await routeLog(t.hub, at)
      const entry = await reply(t.hub, WORKSPACE, at.log, { parts: [{ type: 'text', text: 'An answer' }], author: agent })
      await routeLog(t.hub, at)
      const sent = t.provider.taken.length
      const delivered = await cost(() => deliverLog(t.hub, at))
      note(kind, `deliver, ${length}`, delivered)
      expect(delivered).toEqual({ writes: 4, reads: 3, queue: 0 })
      expect(t.provider.taken).toHaveLength(sent + 1)

      const { units } = await readDelivery(t.hub, WORKSPACE, entry.id)
      await tick(kind, connection, units[0]?.providerId ?? '', referenceOf(at, entry.seq, 0), length)

      await routeLog(t.hub, at)
      const parts = ['One', 'two', 'three'].map((text) => ({ type: 'text' as const, text }))
      await reply(t.hub, WORKSPACE, at.log, { parts, author: agent })
      await routeLog(t.hub, at)
      const many = await cost(() => deliverLog(t.hub, at))
      const count = t.provider.taken.length - sent - 1
      note(kind, `${parts.length} parts, ${length}`, many)
      // Hold, outcome and the way back from the provider's id for each; the last `done` is the reply's.
      expect(many).toEqual({ writes: 3 * count + 1, reads: 3, queue: 0 })
    }
  })
}

/** A receipt that only ticks. One that bears our own reference needs no look at the provider's id. */
async function tick(kind: string, connection: Connection, id: string, reference: string, length: number): Promise<void> {
  const receipt = wireOf(kind).receipt?.(id, reference, 'delivered')
  const receipts = t.hub.channels[kind]?.capabilities.receipts
  if (receipts === 'none') return expect(receipt).toBeUndefined()
  if (!receipt) throw new Error(`channel ${kind} has receipts but no wire for them`)
  const { sign } = await fixturesOf(kind)
  const request = await sign(receipt.body, connection, receipt.query)
  const ticked = await cost(() => t.enter(connection, request))
  note(kind, `receipt, ${length}`, ticked)
  expect(ticked).toEqual({ writes: 1, reads: wireOf(kind).refers ? 0 : 1, queue: 0 })
}
