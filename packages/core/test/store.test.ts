/** One suite over every store: what is said in store.ts holds on each. HUB_DYNAMODB_ENDPOINT adds a real DynamoDB or DynamoDB Local. */
import { randomUUID } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamoStore } from '../src/store/dynamo.ts'
import { memoryStore } from '../src/store/memory.ts'
import type { Store } from '../src/store/store.ts'
import { createTable } from '../src/store/table.ts'

/** The clock of all stores here: tests move it. */
const START = 1_800_000_000
let clock = START * 1000
const now = () => clock

type Engine = { store: Store; stop: () => void }

const clientOf = (endpoint: string) =>
  new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } })

async function dynamoAt(endpoint: string, stop: () => void): Promise<Engine> {
  const client = clientOf(endpoint)
  const table = `test-${randomUUID()}`
  await createTable(client, table)
  await createTable(client, table)
  return { store: dynamoStore({ client, table, now }), stop }
}

async function startDynalite(): Promise<Engine> {
  const server = dynalite({ createTableMs: 0 })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('dynalite listens on no port')
  return dynamoAt(`http://127.0.0.1:${address.port}`, () => server.close())
}

const endpoint = process.env.HUB_DYNAMODB_ENDPOINT
const engines: [string, () => Promise<Engine>][] = [
  ['memory', async () => ({ store: memoryStore({ now }), stop: () => {} })],
  ['dynalite', startDynalite],
  ...(endpoint
    ? [[`DynamoDB at ${endpoint}`, () => dynamoAt(endpoint, () => {})] satisfies [string, () => Promise<Engine>]]
    : []),
]

describe.each(engines)('store on %s', (_name, start) => {
  let engine: Engine
  let store: Store
  let pk = ''
  beforeAll(async () => {
    engine = await start()
    store = engine.store
  })
  afterAll(() => engine.stop())
  /** A partition of its own for each test. */
  const fresh = () => {
    clock = START * 1000
    pk = `P#${randomUUID()}`
    return { pk, sk: '-' }
  }
  const many = (sks: string[]) => Promise.all(sks.map((sk) => store.put({ pk, sk })))
  const sks = (items: { sk: string }[]) => items.map((item) => item.sk)

  it('gives back what was put, without what is undefined', async () => {
    const key = fresh()
    const item = { ...key, text: 'héllo 👋', list: [1, 'two', null, { deep: [true] }], empty: '', zero: 0, half: -1.5 }
    expect(await store.put({ ...item, gone: undefined, map: { kept: 1, gone: undefined } })).toBe(true)
    expect(await store.get(key)).toEqual({ ...item, map: { kept: 1 } })
    expect(Object.keys((await store.get(key)) ?? {})).not.toContain('gone')
    expect(await store.get({ pk, sk: 'other' })).toBeUndefined()
  })

  it('hands out copies', async () => {
    const key = fresh()
    const map = { count: 1 }
    await store.put({ ...key, map })
    map.count = 2
    const first = await store.get(key)
    if (first) first.map = 'spoilt'
    expect(await store.get(key)).toEqual({ ...key, map: { count: 1 } })
  })

  it('puts once if absent', async () => {
    const key = fresh()
    expect(await store.put({ ...key, n: 1 }, { absent: true })).toBe(true)
    expect(await store.put({ ...key, n: 2 }, { absent: true })).toBe(false)
    expect(await store.get(key)).toEqual({ ...key, n: 1 })
  })

  it('has one winner of 50 conditional puts at once', async () => {
    const key = fresh()
    const won = await Promise.all(Array.from({ length: 50 }, (_, n) => store.put({ ...key, n }, { absent: true })))
    expect(won.filter(Boolean)).toHaveLength(1)
    expect((await store.get(key))?.n).toBe(won.indexOf(true))
  })

  it('has one winner of each version raised by 20 at once', async () => {
    const key = fresh()
    await store.put({ ...key, version: 0 })
    for (let version = 0; version < 3; version++) {
      const raise = () => store.update(key, { version: version + 1 }, { equals: { version } })
      const won = await Promise.all(Array.from({ length: 20 }, raise))
      expect(won.filter(Boolean)).toHaveLength(1)
    }
    expect((await store.get(key))?.version).toBe(3)
  })

  it('compares several attributes, and undefined with what is missing', async () => {
    const key = fresh()
    await store.put({ ...key, a: 'x', b: true })
    expect(await store.update(key, { n: 1 }, { equals: { a: 'x', b: false } })).toBe(false)
    expect(await store.update(key, { n: 1 }, { equals: { a: 'x', c: undefined } })).toBe(true)
    expect(await store.update(key, { n: 2 }, { equals: { n: undefined } })).toBe(false)
    expect(await store.get(key)).toEqual({ ...key, a: 'x', b: true, n: 1 })
    const none = { pk, sk: 'none' }
    expect(await store.update(none, { n: 1 }, { equals: { n: 0 } })).toBe(false)
    expect(await store.get(none)).toBeUndefined()
    expect(await store.update(none, { n: 1 }, { equals: { n: undefined } })).toBe(true)
    expect(await store.get(none)).toEqual({ ...none, n: 1 })
  })

  it('raises a number only upwards', async () => {
    const key = fresh()
    expect(await store.update(key, { done: 5 }, { below: { done: 5 } })).toBe(true)
    expect(await store.update(key, { done: 5 }, { below: { done: 5 } })).toBe(false)
    expect(await store.update(key, { done: 3 }, { below: { done: 3 } })).toBe(false)
    expect(await store.update(key, { done: 6 }, { below: { done: 6 } })).toBe(true)
    await store.put({ ...key, done: 'text' })
    expect(await store.update(key, { done: 9 }, { below: { done: 9 } })).toBe(false)
  })

  it('updates make an item, set and remove attributes, and leave the rest', async () => {
    const key = fresh()
    expect(await store.update(key, { a: 1, b: { c: [2] } })).toBe(true)
    expect(await store.update(key, { a: undefined, d: 'x', b: { e: undefined, f: 3 } })).toBe(true)
    expect(await store.get(key)).toEqual({ ...key, b: { f: 3 }, d: 'x' })
    expect(await store.update({ pk, sk: 'bare' }, {})).toBe(true)
    expect(await store.get({ pk, sk: 'bare' })).toEqual({ pk, sk: 'bare' })
    expect(await store.update(key, { a: 1 }, { absent: true })).toBe(false)
  })

  it('takes words of the table language as attribute names', async () => {
    const key = fresh()
    expect(await store.update(key, { status: 'a', name: 'b', 'odd name.with #signs': 'c', size: 1 })).toBe(true)
    expect(await store.update(key, { data: 1 }, { equals: { status: 'a', 'odd name.with #signs': 'c' } })).toBe(true)
    expect(await store.get(key)).toMatchObject({ status: 'a', name: 'b', 'odd name.with #signs': 'c', size: 1, data: 1 })
  })

  it('deletes, under a condition if told', async () => {
    const key = fresh()
    await store.put({ ...key, v: 1 })
    expect(await store.delete(key, { equals: { v: 2 } })).toBe(false)
    expect(await store.delete(key, { equals: { v: 1 } })).toBe(true)
    expect(await store.delete(key, { equals: { v: 1 } })).toBe(false)
    expect(await store.delete(key)).toBe(true)
    expect(await store.get(key)).toBeUndefined()
  })

  it('holds an expired item for absent in every verb', async () => {
    const key = fresh()
    const other = { pk, sk: 'other' }
    const listPk = `open-${pk}`
    await store.put({ ...key, old: true, v: 1, expiresAt: START + 10, listPk, listSk: '1', listed: 'a' })
    await store.put({ ...other, expiresAt: START + 100, listPk, listSk: '2', listed: 'b' })
    expect(sks(await store.query(pk, { prefix: '' }))).toEqual(['-', 'other'])
    clock = (START + 10) * 1000
    expect(await store.get(key)).toBeUndefined()
    expect(await store.getMany([key, other])).toEqual([undefined, expect.objectContaining(other)])
    expect(sks(await store.query(pk, { prefix: '' }))).toEqual(['other'])
    expect(sks(await store.list(listPk, {}))).toEqual(['other'])
    expect(await store.update(key, { n: 1 }, { equals: { v: 1 } })).toBe(false)
    expect(await store.delete(key, { equals: { v: 1 } })).toBe(false)
    expect(await store.put({ ...key, n: 1 }, { equals: { v: 1 } })).toBe(false)
    expect(await store.put({ ...key, n: 1 }, { absent: true })).toBe(true)
    expect(await store.get(key)).toEqual({ ...key, n: 1 })
  })

  it('updates an expired item as a new one, without its old attributes', async () => {
    for (const when of [undefined, { absent: true as const }, { equals: { v: undefined } }, { below: { v: 0 } }]) {
      const key = fresh()
      await store.put({ ...key, old: true, v: 1, expiresAt: START + 10 })
      clock = (START + 11) * 1000
      expect(await store.update(key, { n: 1 }, when)).toBe(true)
      expect(await store.get(key)).toEqual({ ...key, n: 1 })
    }
  })

  it('has one winner of 20 claims on an expired item', async () => {
    const key = fresh()
    await store.put({ ...key, expiresAt: START + 10 })
    clock = (START + 11) * 1000
    const claims = Array.from({ length: 20 }, (_, n) => store.update(key, { n }, { equals: { n: undefined } }))
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1)
  })

  it('gets many in the order asked, with holes and repeats', async () => {
    fresh()
    await many(['a', 'b', 'c', '["quote"]'])
    const found = await store.getMany(['c', 'none', 'a', '["quote"]', 'c'].map((sk) => ({ pk, sk })))
    expect(found.map((item) => item?.sk)).toEqual(['c', undefined, 'a', '["quote"]', 'c'])
    expect(await store.getMany([])).toEqual([])
  })

  it('queries by prefix in order, both ways, between exclusive ends, to a limit', async () => {
    fresh()
    const entries = Array.from({ length: 25 }, (_, n) => `E#${String(n + 1).padStart(12, '0')}`)
    const e = (n: number) => `E#${String(n).padStart(12, '0')}`
    await many([...entries, 'D#1', 'E', 'F#1', 'SNAPSHOT'])
    const query = async (range: Parameters<Store['query']>[1]) => sks(await store.query(pk, range))
    expect(await query({ prefix: 'E#' })).toEqual(entries)
    expect(await query({ prefix: 'E#', limit: 3 })).toEqual([e(1), e(2), e(3)])
    expect(await query({ prefix: 'E#', reverse: true, limit: 2 })).toEqual([e(25), e(24)])
    expect(await query({ prefix: 'E#', after: e(23) })).toEqual([e(24), e(25)])
    expect(await query({ prefix: 'E#', after: e(25) })).toEqual([])
    expect(await query({ prefix: 'E#', after: e(3), before: e(6) })).toEqual([e(4), e(5)])
    expect(await query({ prefix: 'E#', before: e(3), limit: 9 })).toEqual([e(1), e(2)])
    expect(await query({ prefix: 'E#', before: e(6), reverse: true, limit: 2 })).toEqual([e(5), e(4)])
    expect(await query({ prefix: 'E#', after: e(3), before: e(6), reverse: true, limit: 9 })).toEqual([e(5), e(4)])
    expect(await query({ prefix: 'E#', after: e(6), before: e(3) })).toEqual([])
    expect(await query({ prefix: 'E#', after: 'A', before: 'Z', limit: 1 })).toEqual([e(1)])
    expect(await query({ prefix: 'E#', after: 'F' })).toEqual([])
    expect(await query({ prefix: 'E#', before: 'D' })).toEqual([])
    expect(await query({ prefix: '' })).toHaveLength(29)
    expect(await query({ prefix: 'none' })).toEqual([])
    expect(await store.query(`${pk}-empty`, { prefix: '' })).toEqual([])
  })

  it('goes on past a page of the engine and past expired items to the limit', async () => {
    fresh()
    const text = 'x'.repeat(30_000)
    const put = (n: number) => store.put({ pk, sk: `E#${100 + n}`, text, ...(n < 40 ? { expiresAt: START + 1 } : {}) })
    await Promise.all(Array.from({ length: 90 }, (_, n) => put(n)))
    clock = (START + 2) * 1000
    expect(sks(await store.query(pk, { prefix: 'E#', limit: 45 }))).toEqual(Array.from({ length: 45 }, (_, n) => `E#${140 + n}`))
    expect(await store.query(pk, { prefix: 'E#' })).toHaveLength(50)
  })

  it('orders sort keys by their bytes', async () => {
    fresh()
    await many(['k#\u{1f600}', 'k#\uffee', 'k#a', 'k#é', 'k#Z', 'k'])
    const ordered = ['k#Z', 'k#a', 'k#é', 'k#\uffee', 'k#\u{1f600}']
    expect(sks(await store.query(pk, { prefix: 'k#' }))).toEqual(ordered)
    expect(sks(await store.query(pk, { prefix: 'k#', after: 'k#é' }))).toEqual(ordered.slice(3))
    expect(sks(await store.query(pk, { prefix: 'k#', before: 'k#\u{1f600}', reverse: true }))).toEqual(
      ordered.slice(0, 4).reverse(),
    )
  })

  it('lists by the index in order, with keys and the `listed` attribute alone', async () => {
    fresh()
    const listPk = `list-${pk}`
    for (const n of [3, 1, 2]) {
      await store.put({ pk: `${pk}-${n}`, sk: 'SNAPSHOT', listPk, listSk: `t${n}`, listed: { name: `c${n}` }, secret: 'x' })
    }
    await store.put({ pk, sk: 'apart', listPk: `${listPk}-other`, listSk: 't1' })
    await store.put({ pk, sk: 'unlisted', listPk })
    const item = (n: number) => ({ pk: `${pk}-${n}`, sk: 'SNAPSHOT', listPk, listSk: `t${n}`, listed: { name: `c${n}` } })
    expect(await store.list(listPk, {})).toEqual([item(1), item(2), item(3)])
    expect(await store.list(listPk, { reverse: true, limit: 2 })).toEqual([item(3), item(2)])
    expect(await store.list(listPk, { after: 't1' })).toEqual([item(2), item(3)])
    expect(await store.list(listPk, { before: 't3', after: 't1' })).toEqual([item(2)])
    await store.update({ pk: `${pk}-2`, sk: 'SNAPSHOT' }, { listPk: undefined, listSk: undefined })
    expect(await store.list(listPk, {})).toEqual([item(1), item(3)])
  })

  it('keeps NUL and mends a lone surrogate the same everywhere, in values and in conditions', async () => {
    const key = fresh()
    const text = 'a\u0000b\ud83d c'
    await store.put({ ...key, text, map: { '\ud800': text } })
    expect(await store.get(key)).toEqual({ ...key, text: 'a\u0000b\ufffd c', map: { '\ufffd': 'a\u0000b\ufffd c' } })
    expect(await store.update(key, { n: 1 }, { equals: { text } })).toBe(true)
  })

  it('refuses what it could not keep exactly', async () => {
    const key = fresh()
    for (const n of [2 ** 53, -(2 ** 53), Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(store.put({ ...key, n })).rejects.toThrow(RangeError)
      await expect(store.update(key, { deep: [{ n }] })).rejects.toThrow(RangeError)
    }
    await expect(store.put({ ...key, text: 'x'.repeat(410 * 1024) })).rejects.toThrow()
    for (const sk of ['', '\ud800', 'é'.repeat(513)]) {
      await expect(store.put({ pk, sk })).rejects.toThrow(RangeError)
      await expect(store.get({ pk, sk })).rejects.toThrow(RangeError)
    }
    expect(await store.get(key)).toBeUndefined()
    await store.put({ ...key, n: 2 ** 53 - 1 })
    expect((await store.get(key))?.n).toBe(9007199254740991)
  })
})
