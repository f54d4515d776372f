/**
 * Providers repeat: twenty deliveries at once of each of a thousand messages, over every channel, signed as the provider signs them, in
 * an order of chance. Every message stands once, numbers have no gap, all readers see one order, one address is one customer.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { channels } from '../src/channels/index.ts'
import { listConnections } from '../src/connection/read.ts'
import type { Connection, HookRequest } from '../src/connector.ts'
import type { Entry } from '../src/entry.ts'
import { readEntries } from '../src/flow/timeline.ts'
import { plain } from '../src/message.ts'
import type { Key } from '../src/store/store.ts'
import { entriesAfter, readAfter } from '../src/stream/log.ts'
import { random, watched } from './append/schedule.ts'
import { fixturesOf, wireOf } from './hub/wire.ts'
import { posted, type TestHub, testHub, WORKSPACE } from './hub.ts'

const REPEATS = 20
const CUSTOMERS = 5
/** Deliveries under way at a time: a message's repeats meet one another and other people's messages. */
const AT_ONCE = 50
const kinds = Object.keys(channels)

type Message = { connection: Connection; who: number; text: string; request: HookRequest }

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const next = random(seed)
  return items
    .map((item) => ({ item, by: next() }))
    .sort((a, b) => a.by - b.by)
    .map(({ item }) => item)
}

async function allAtOnce(tasks: (() => Promise<unknown>)[]): Promise<void> {
  const waiting = tasks.values()
  const work = async () => {
    for (const task of waiting) await task()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

async function messagesOf(connections: Connection[], count: number): Promise<Message[]> {
  const made: Message[] = []
  for (let n = 0; n < count; n++) {
    const connection = connections[n % connections.length]
    if (!connection) throw new Error('no channel is connected')
    const kind = connections.indexOf(connection)
    // People of one channel alone: who meets on two by the same phone is another test.
    const who = 100 * kind + (Math.floor(n / connections.length) % CUSTOMERS)
    const text = `Message ${n}`
    const { body, query } = wireOf(connection.kind).message({ who, text, n })
    const { sign } = await fixturesOf(connection.kind)
    made.push({
      connection,
      who,
      text,
      request: posted(await sign(body, connection, query), wireOf(connection.kind).address(who)),
    })
  }
  return made
}

describe.each([
  ['memory', 1000, 7],
  ['dynalite', 100, 11],
] as const)('on %s', (engine, count, seed) => {
  let t: TestHub
  /** Every entry that was ever put, by its place: the repair of a lost one would hide that it was lost. */
  const put: string[] = []
  beforeAll(async () => {
    const note = ({ pk, sk }: Key) => sk.startsWith('E#') && put.push(`${pk} ${sk}`)
    t = await testHub({ engine, parts: ({ store }) => ({ store: watched(store, note) }) })
  })
  afterAll(() => t.stop())

  test(`${count} messages, each ${REPEATS} times at once`, async () => {
    const messages = await messagesOf(await t.connectAll(), count)
    const repeats = messages.flatMap((message) => Array.from({ length: REPEATS }, () => message))
    const answers = new Map<number, number>()
    // One part comes anywhere in the crowd, the other with its own repeats beside it.
    const order = [...shuffled(repeats.slice(0, repeats.length / 2), seed), ...repeats.slice(repeats.length / 2)]
    const along = readAlong(t)
    await allAtOnce(
      order.map(({ connection, request }) => async () => {
        const { status } = await t.enter(connection, request)
        answers.set(status, (answers.get(status) ?? 0) + 1)
      }),
    )
    const seen = await along.stop()
    expect(put.toSorted()).toEqual([...new Set(put)].toSorted())
    expect([...answers].filter(([status]) => status !== 200 && status !== 250)).toEqual([])

    const items = await t.dump()
    const people = new Set(messages.map(({ connection, who }) => `${connection.kind}/${who}`))
    expect(items.filter((item) => item.pk.startsWith('I#'))).toHaveLength(people.size)
    expect(items.filter((item) => item.pk.startsWith('C#'))).toHaveLength(count)
    expect(items.filter((item) => item.pk.startsWith('X#'))).toEqual([])

    const found: string[] = []
    const logs = new Set<string>()
    for (const message of messages) logs.add(await t.logOf(message.connection, message.who))
    expect(logs.size).toBe(people.size)
    for (const log of logs) found.push(...(await oneOrder(t, log, seen.get(log) ?? [])))
    expect(found.toSorted()).toEqual(messages.map(({ text }) => text).toSorted())
    expect(new Set(items.filter((item) => item.sk.startsWith('E#')).map((item) => item.pk)).size).toBe(people.size)
  }, 120_000)

  test('the same crowd again changes nothing', async () => {
    const before = await t.dump()
    const connections = new Map<string, Connection>()
    for (const kind of kinds) connections.set(kind, await again(t, kind))
    const some = (await messagesOf([...connections.values()], count)).slice(0, 50)
    await allAtOnce(
      shuffled(some, seed + 1).map(
        ({ connection, request }) =>
          () =>
            t.enter(connection, request),
      ),
    )
    expect(await t.dump()).toEqual(before)
  })
})

/** The connection that stands already. */
async function again(t: TestHub, kind: string): Promise<Connection> {
  const found = (await listConnections(t.hub, WORKSPACE)).find((connection) => connection.kind === kind)
  if (!found) throw new Error(`${kind} is not connected`)
  return found
}

/** A reader with a cursor in each log, who looks again and again while the crowd is writing. */
function readAlong(t: TestHub) {
  const seen = new Map<string, Entry[]>()
  let going = true
  const look = async () => {
    for (const { log } of t.queue.sent) if (!seen.has(log)) seen.set(log, [])
    for (const [log, entries] of seen)
      entries.push(...(await readAfter(t.hub.store, { workspace: WORKSPACE, log }, entries.length)))
  }
  const reading = (async () => {
    while (going) {
      await look()
      await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  return {
    async stop() {
      going = false
      await reading
      await look()
      return seen
    },
  }
}

/** Four readers: one during the crowd, the log whole, the timeline in pages of seven, and one after route. All see one order without gap. */
async function oneOrder(t: TestHub, log: string, seen: Entry[]): Promise<string[]> {
  const whole: Entry[] = []
  for await (const entry of entriesAfter(t.hub.store, { workspace: WORKSPACE, log }, 0)) whole.push(entry)
  expect(whole.map((entry) => entry.seq)).toEqual(whole.map((_, index) => index + 1))
  expect(seen).toEqual(whole)
  const paged: Entry[] = []
  for (let after: string | undefined; ; ) {
    const page = await readEntries(t.hub, WORKSPACE, log, { limit: 7, ...(after ? { after } : {}) })
    paged.push(...page.entries)
    if (page.entries.length === 0) break
    after = page.next
  }
  expect(paged).toEqual(whole)
  await t.drain()
  const later = (await readEntries(t.hub, WORKSPACE, log, { limit: 1000 })).entries
  expect(later.slice(0, whole.length)).toEqual(whole)
  return whole.map((entry) => (entry.kind === 'message' ? plain(entry.parts) : entry.kind))
}
