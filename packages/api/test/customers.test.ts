import { beforeEach, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { type Stage, told } from './hub.ts'
import { entryOf, PHONE, type Shop, shop } from './shop.ts'

let on: Stage
let customer: Shop['customer']
let settle: Shop['settle']
let timeline: Shop['timeline']
beforeEach(async () => {
  ;({ on, customer, settle, timeline } = await shop())
})

test('history comes in pages, and a waiting reader gets the next entry', async () => {
  const id = await customer()
  for (const text of ['one', 'two', 'three']) await on.ask('POST', `/v1/customers/${id}/notes`, { text })
  const all = await timeline(id)
  const paged: string[] = []
  let after = ''
  for (let pages = 0; pages < 20; pages++) {
    const page = await timeline(id, `?limit=2${after && `&after=${after}`}`)
    if (page.entries.length === 0) break
    paged.push(...page.entries.map((entry) => entry.id))
    after = page.next
  }
  expect(paged).toEqual(all.entries.map((entry) => entry.id))
  const waiting = timeline(id, `?after=${after}&wait=20`)
  await on.ask('POST', `/v1/customers/${id}/notes`, { text: 'four' })
  expect((await waiting).entries).toMatchObject([{ kind: 'note', data: { text: 'four' } }])
  expect((await timeline(id, `?after=${(await timeline(id)).next}&wait=1`)).entries).toEqual([])
  expect(told(await on.ask('GET', `/v1/customers/${id}/entries?wait=21`))).toBe('400 bad_query')
  expect(told(await on.ask('GET', `/v1/customers/${id}/entries?after=nonsense`))).toBe('400 bad_cursor')
})

test('a reader who goes away is not waited for', async () => {
  const id = await customer()
  const { next } = await timeline(id)
  let reads = 0
  const { query } = on.hub.store
  on.hub.store.query = (...asked) => {
    reads++
    return query(...asked)
  }
  const going = new AbortController()
  const request = new Request(`http://hub/v1/customers/${id}/entries?after=${next}&wait=20`, {
    headers: { authorization: `Bearer ${on.key}` },
    signal: going.signal,
  })
  const answer = Promise.resolve(on.api.fetch(request))
  await expect.poll(() => reads).toBeGreaterThan(0)
  going.abort()
  expect((await answer).status).toBe(200)
})

test('name, tags, fields, status and assignee change, and can be taken away', async () => {
  const id = await customer()
  const change = (body: unknown) => on.ask('PATCH', `/v1/customers/${id}`, body)
  expect(
    (await change({ name: 'Ann B', tags: ['vip', 'new'], fields: { city: 'Riga' }, status: 'closed', assignee: 'ada' })).json,
  ).toMatchObject({
    name: 'Ann B',
    tags: ['vip', 'new'],
    fields: { city: 'Riga' },
    status: 'closed',
    assignee: 'ada',
  })
  const less = await change({ tags: ['vip', 'old'], fields: { city: null }, assignee: null, status: 'open' })
  expect(less.json).toMatchObject({ tags: ['vip', 'old'], fields: {}, status: 'open' })
  expect(less.json).not.toHaveProperty('assignee')
  expect((await change({ tags: { add: ['a'], remove: ['old'] } })).json).toMatchObject({ tags: ['vip', 'a'] })
  expect(told(await change({}))).toBe('400 nothing_to_change')
  expect(told(await change({ status: 'gone' }))).toBe('400 bad_request')
  expect(told(await change({ colour: 'red' }))).toBe('400 bad_request')
})

test('activities and notes are entries; what is too much of them is not', async () => {
  const id = await customer()
  const activity = { type: 'purchase', title: 'Bought a kite', url: 'https://shop.example/1', data: { total: 12.5 } }
  expect(entryOf(await on.ask('POST', `/v1/customers/${id}/activities`, activity))).toMatchObject({
    kind: 'activity',
    data: activity,
  })
  const post = (more: object) => on.ask('POST', `/v1/customers/${id}/activities`, { ...activity, ...more })
  const deep = JSON.parse(`${'{"a":'.repeat(40)}1${'}'.repeat(40)}`)
  expect(told(await post({ url: 'javascript:alert(1)' }))).toBe('400 bad_request')
  expect(told(await post({ data: deep }))).toBe('400 bad_request')
  expect(told(await post({ data: { a: 'x'.repeat(9_000) } }))).toBe('400 bad_request')
  expect(told(await on.ask('POST', `/v1/customers/${id}/notes`, { text: 'x'.repeat(8_001) }))).toBe('400 bad_request')
})

test('two customers become one; the export tells it all', async () => {
  const ann = await customer()
  const anna = await customer('+12025550144', 'Anna')
  expect(told(await on.ask('POST', '/v1/customers', { identities: [{ channel: 'pigeon', address: PHONE }] }))).toBe(
    '409 identity_taken',
  )
  await on.ask('POST', `/v1/customers/${anna}/notes`, { text: 'the same person' })
  const merged = await on.ask('POST', `/v1/customers/${ann}/merge`, { with: anna })
  expect(merged.status).toBe(200)
  await settle()
  for (const id of [ann, anna]) {
    expect((await on.ask('GET', `/v1/customers/${id}`)).json).toMatchObject({
      identities: [{ address: PHONE }, { address: '+12025550144' }],
    })
  }
  const { json } = await on.ask('GET', `/v1/customers/${anna}/export`)
  expect(json).toMatchObject({ customer: { id: anna } })
  expect(JSON.stringify(json.entries)).toContain('the same person')
  expect((await on.ask('GET', '/v1/customers')).json.customers).toHaveLength(1)
})

test('a list is filtered and paged', async () => {
  const ann = await customer()
  const ben = await customer('+12025550144', 'Ben')
  await on.ask('PATCH', `/v1/customers/${ben}`, { tags: ['vip'] })
  await settle()
  const ids = async (query: string) =>
    z
      .object({ customers: z.array(z.object({ id: z.string() })), next: z.optional(z.string()) })
      .parse((await on.ask('GET', `/v1/customers${query}`)).json)
  expect((await ids('?tag=vip')).customers).toEqual([{ id: ben }])
  expect((await ids('?q=ann')).customers).toEqual([{ id: ann }])
  expect((await ids('?status=closed')).customers).toEqual([])
  const first = await ids('?limit=1')
  const second = await ids(`?limit=1&cursor=${first.next}`)
  expect([...first.customers, ...second.customers].map(({ id }) => id).sort()).toEqual([ann, ben].sort())
  expect(second.next).toBeUndefined()
  expect((await on.ask('GET', '/v1/customers', undefined, { key: on.otherKey })).json).toEqual({ customers: [] })
})

test('nothing of another workspace can be read or written', async () => {
  const id = await customer()
  const before = await timeline(id)
  const asks: [string, string, unknown?][] = [
    ['GET', `/v1/customers/${id}`],
    ['PATCH', `/v1/customers/${id}`, { name: 'mine' }],
    ['GET', `/v1/customers/${id}/entries`],
    ['GET', `/v1/customers/${id}/export`],
    ['POST', `/v1/customers/${id}/replies`, { text: 'x' }],
    ['POST', `/v1/customers/${id}/replies?dryRun=1`, { text: 'x' }],
    ['POST', `/v1/customers/${id}/notes`, { text: 'x' }],
    ['POST', `/v1/customers/${id}/activities`, { type: 'x', title: 'x' }],
    ['POST', `/v1/customers/${id}/merge`, { with: id }],
  ]
  for (const [method, path, body] of asks) {
    expect([path, told(await on.ask(method, path, body, { key: on.otherKey }))]).toEqual([path, '404 unknown_customer'])
    expect(told(await on.ask(method, path.replace(id, 'nobody'), body))).toBe('404 unknown_customer')
  }
  expect(await timeline(id)).toEqual(before)
})
