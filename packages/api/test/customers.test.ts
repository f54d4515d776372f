import { deliverLog } from '@throughline/core/flow/deliver.ts'
import { routeLog } from '@throughline/core/flow/route.ts'
import { beforeEach, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { type Answer, type Stage, stage, told } from './hub.ts'

let on: Stage
let connection: string
beforeEach(async () => {
  on = await stage()
  connection = String((await on.ask('POST', '/v1/connections', { kind: 'pigeon', credentials: { ring: 'R-77' } })).json.id)
})

/** What the queue's consumers would do. */
async function settle(): Promise<void> {
  for (let poke = on.pokes.shift(); poke; poke = on.pokes.shift()) {
    const at = { workspace: poke.workspace, log: poke.log }
    if (poke.to === 'route') await routeLog(on.hub, at)
    if (poke.to === 'deliver') await deliverLog(on.hub, at)
  }
}

const PHONE = '+12025550143'
async function customer(address = PHONE, name = 'Ann'): Promise<string> {
  const made = await on.ask('POST', '/v1/customers', { name, identities: [{ channel: 'pigeon', address }] })
  expect(told(made)).toBe('201 (not a problem)')
  await settle()
  return String(made.json.id)
}

const Entries = z.object({ entries: z.array(z.looseObject({ id: z.string(), kind: z.string() })), next: z.string() })
const timeline = async (id: string, query = '') =>
  Entries.parse((await on.ask('GET', `/v1/customers/${id}/entries${query}`)).json)
const kinds = async (id: string) => (await timeline(id)).entries.map(({ kind }) => kind)
const entryOf = (answer: Answer) => z.object({ entry: z.looseObject({ id: z.string() }) }).parse(answer.json).entry
const keyed = (key: string) => ({ headers: { 'Idempotency-Key': key } })

test('write first: the card tells where a reply goes, the reply goes there, and its delivery says why', async () => {
  const id = await customer()
  expect((await on.ask('GET', `/v1/customers/${id}`)).json).toMatchObject({
    id,
    name: 'Ann',
    status: 'open',
    identities: [{ channel: 'pigeon', address: PHONE, connection }],
    reply: { ok: true, channel: 'pigeon', connection },
  })
  const sent = await on.ask('POST', `/v1/customers/${id}/replies`, { text: 'Your order is here.' })
  expect(sent.status).toBe(202)
  const entry = entryOf(sent)
  expect(entry).toMatchObject({
    kind: 'message',
    direction: 'out',
    author: { kind: 'api', name: 'shop' },
    parts: [{ type: 'text', text: 'Your order is here.' }],
  })
  await settle()
  const delivery = await on.ask('GET', `/v1/entries/${entry.id}/delivery`)
  expect(delivery.json).toMatchObject({ entry: entry.id, units: [{ unit: 0, providerId: 'flight 1' }] })
  expect(['accepted', 'sent', 'delivered']).toContain(delivery.json.state)
  expect(delivery.json.words).not.toBe('')
  expect(told(await on.ask('GET', `/v1/entries/${entry.id}/delivery`, undefined, { key: on.otherKey }))).toBe('404 unknown_entry')
})

test('the same Idempotency-Key is one entry; with another body it is refused', async () => {
  const id = await customer()
  const path = `/v1/customers/${id}/replies`
  const first = await on.ask('POST', path, { text: 'Hello' }, keyed('k1'))
  const again = await on.ask('POST', path, { text: 'Hello' }, keyed('k1'))
  expect([first.status, again.status]).toEqual([202, 202])
  expect(entryOf(again).id).toBe(entryOf(first).id)
  expect(told(await on.ask('POST', path, { text: 'Goodbye' }, keyed('k1')))).toBe('409 idempotency_mismatch')
  expect(told(await on.ask('POST', path, { text: 'Hello' }, keyed('x'.repeat(256))))).toBe('400 bad_idempotency_key')
  expect((await kinds(id)).filter((kind) => kind === 'message')).toHaveLength(1)
  const two = await Promise.all([1, 2, 3, 4].map(() => on.ask('POST', path, { text: 'At once' }, keyed('k2'))))
  expect(new Set(two.map((answer) => entryOf(answer).id)).size).toBe(1)
  const note = `/v1/customers/${id}/notes`
  expect(entryOf(await on.ask('POST', note, { text: 'n' }, keyed('n1'))).id).toBe(
    entryOf(await on.ask('POST', note, { text: 'n' }, keyed('n1'))).id,
  )
  expect(told(await on.ask('POST', note, { text: 'other' }, keyed('n1')))).toBe('409 idempotency_mismatch')
})

test('a dry run tells where it would go and keeps nothing', async () => {
  const id = await customer()
  const before = await timeline(id)
  on.pokes.length = 0
  const dry = await on.ask('POST', `/v1/customers/${id}/replies?dryRun=1`, { text: 'Hello' }, keyed('dry'))
  expect(dry.status).toBe(200)
  expect(dry.json).toMatchObject({ ok: true, channel: 'pigeon', connection })
  expect(dry.json.decision).toBeTypeOf('object')
  expect(await timeline(id)).toEqual(before)
  expect(on.pokes).toEqual([])
  expect((await on.ask('POST', `/v1/customers/${id}/replies`, { text: 'Another' }, keyed('dry'))).status).toBe(202)
})

test('a customer whom nothing reaches: 422, and nothing is kept', async () => {
  const id = await customer()
  await on.ask('DELETE', `/v1/connections/${connection}`)
  const before = await timeline(id)
  const refused = await on.ask('POST', `/v1/customers/${id}/replies`, { text: 'Hello' }, keyed('later'))
  expect(told(refused)).toBe('422 no_reachable_identity')
  expect(refused.json.detail).not.toBe('')
  expect(await timeline(id)).toEqual(before)
  expect((await on.ask('POST', `/v1/customers/${id}/replies?dryRun=1`, { text: 'Hello' })).json).toMatchObject({ ok: false })
})

test('replies that do not fit are refused and keep nothing', async () => {
  const id = await customer()
  const before = await timeline(id)
  const bad: [unknown, string][] = [
    [{}, '400 bad_request'],
    [{ text: '' }, '400 bad_request'],
    [{ text: '\0' }, '400 bad_request'],
    [{ text: '  ' }, '400 empty_reply'],
    [{ text: 'x', parts: [{ type: 'text', text: 'x' }] }, '400 bad_request'],
    [{ parts: [] }, '400 bad_request'],
    [{ parts: [{ type: 'poem', text: 'x' }] }, '400 bad_request'],
    [{ text: 'x'.repeat(100_001) }, '400 bad_request'],
    [{ parts: [{ type: 'image', media: { ref: 'https://169.254.169.254/' } }] }, '400 bad_request'],
    [{ parts: [{ type: 'image', media: { blob: 'w1/upload/none' } }] }, '404 unknown_media'],
    [{ text: 'x', to: 'somebody else' }, '400 bad_request'],
  ]
  for (const [body, code] of bad) {
    expect([body, told(await on.ask('POST', `/v1/customers/${id}/replies`, body))]).toEqual([body, code])
  }
  const { json: theirs } = await on.ask('POST', '/v1/media', new Uint8Array([1]), {
    key: on.otherKey,
    headers: { 'content-type': 'image/png' },
  })
  const stolen = { parts: [{ type: 'image', media: { blob: theirs.blob } }] }
  expect(told(await on.ask('POST', `/v1/customers/${id}/replies`, stolen))).toBe('404 unknown_media')
  expect(await timeline(id)).toEqual(before)
})

test('half characters and NULs do not get in, long texts come back whole behind their link', async () => {
  const id = await customer()
  const odd = entryOf(
    await on.ask('POST', `/v1/customers/${id}/replies`, `{"text":"a\\u0000b\\ud800c"}`, {
      headers: { 'content-type': 'application/json' },
    }),
  )
  expect(odd.parts).toEqual([{ type: 'text', text: 'ab\uFFFDc' }])
  const long = 'ж'.repeat(100_000)
  const kept = entryOf(await on.ask('POST', `/v1/customers/${id}/replies`, { text: long }))
  const [part] = z.array(z.object({ url: z.string() })).parse(kept.parts)
  const answer = await on.api.request(new URL(part?.url ?? '').pathname)
  expect(await answer.text()).toBe(long)
})

test('a picture goes by its blob, with its true kind and size, and is shown with a link', async () => {
  const id = await customer()
  const { json } = await on.ask('POST', '/v1/media?name=cat.png', new Uint8Array([1, 2, 3]), {
    headers: { 'content-type': 'image/png' },
  })
  const lie = { type: 'image', media: { blob: json.blob, size: 1, mime: 'text/html' }, caption: 'A cat' }
  const entry = entryOf(await on.ask('POST', `/v1/customers/${id}/replies`, { parts: [lie] }))
  expect(entry.parts).toMatchObject([
    { type: 'image', caption: 'A cat', media: { blob: json.blob, mime: 'image/png', size: 3, name: 'cat.png' } },
  ])
  const [part] = z.array(z.object({ url: z.string() })).parse(entry.parts)
  expect((await on.api.request(new URL(part?.url ?? '').pathname)).status).toBe(200)
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

test('a test message goes out as a reply, to a new or a known customer', async () => {
  const post = () => on.ask('POST', `/v1/connections/${connection}/test`, { to: PHONE })
  expect((await post()).json).toMatchObject({ ok: true, entry: { direction: 'out' } })
  expect((await post()).json).toMatchObject({ ok: true })
  expect(told(await on.ask('POST', `/v1/connections/${connection}/test`, {}))).toBe('400 bad_request')
  expect(told(await on.ask('POST', `/v1/connections/${connection}/test`, { to: 'nowhere' }))).toBe('422 bad_address')
})
