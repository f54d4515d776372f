/** Lists of customers: searched, filtered and paged from the index; only the page itself is read, however many customers there are. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../src/connector.ts'
import { change } from '../src/flow/change.ts'
import { type Filter, listCustomers } from '../src/flow/list.ts'
import type { Store } from '../src/store/store.ts'
import { type TestHub, testHub, WORKSPACE } from './hub.ts'

let t: TestHub
let telegram: Connection
let reads = 0

/** Counts what is read of customers; the index itself is one read a shard. */
function counted(store: Store): Store {
  const note = <T>(count: number, result: T): T => {
    reads += count
    return result
  }
  return {
    ...store,
    get: (key) => note(1, store.get(key)),
    getMany: (keys) => note(keys.length, store.getMany(keys)),
    query: (pk, range) => note(1, store.query(pk, range)),
  }
}

beforeAll(async () => {
  t = await testHub({ parts: (hub) => ({ store: counted(hub.store) }) })
  telegram = await t.connect('telegram')
})
afterAll(() => t.stop())

async function write(from: number, to: number): Promise<void> {
  for (let who = from; who <= to; who++) {
    t.clock.now += 1000
    await t.say(telegram, { who, text: `Question ${who}`, at: t.clock.now })
  }
  await t.drain()
}
const list = (filter: Filter = {}) => listCustomers(t.hub, WORKSPACE, filter)
async function readsOf(work: () => Promise<unknown>): Promise<number> {
  const before = reads
  await work()
  return reads - before
}

test('a page costs the same beside five customers and beside sixty', async () => {
  await write(1, 5)
  await list({ limit: 2 })
  const few = await readsOf(() => list({ limit: 2 }))
  await write(6, 60)
  expect(await readsOf(() => list({ limit: 2 }))).toBe(few)
})

test('newest activity first, page by page, each customer once', async () => {
  const names: string[] = []
  for (let cursor: string | undefined, more = true; more; ) {
    const page = await list({ limit: 7, ...(cursor ? { cursor } : {}) })
    names.push(...page.customers.map(({ name }) => name))
    cursor = page.next
    more = cursor !== undefined
  }
  expect(names).toEqual(Array.from({ length: 60 }, (_, index) => `Ann ${60 - index}`))
})

test('search, tag, assignee and status find what they should', async () => {
  const log = await t.logOf(telegram, 42)
  const author = { kind: 'agent' as const, id: 'ivan' }
  await change(t.hub, WORKSPACE, log, {
    kind: 'set',
    author,
    data: { tags: { add: ['vip'] }, assignee: 'ivan', status: 'closed' },
  })
  await t.drain()
  for (const filter of [{ tag: 'vip' }, { assignee: 'ivan' }, { status: 'closed' }, { q: 'ANN 42' }, { q: 'question 42' }]) {
    expect((await list(filter)).customers.map(({ name }) => name)).toEqual(['Ann 42'])
  }
  expect((await list({ tag: 'nobody' })).customers).toEqual([])
  await expect(list({ cursor: 'garbage' })).rejects.toMatchObject({ code: 'bad_cursor' })
})
