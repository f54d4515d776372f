import { beforeEach, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { type Stage, told } from './hub.ts'
import { entryOf, keyed, PHONE, type Shop, shop } from './shop.ts'

let on: Stage
let connection: string
let customer: Shop['customer']
let settle: Shop['settle']
let timeline: Shop['timeline']
let kinds: Shop['kinds']
beforeEach(async () => {
  ;({ on, connection, customer, settle, timeline, kinds } = await shop())
})

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

test('a test message goes out as a reply, to a new or a known customer', async () => {
  const post = () => on.ask('POST', `/v1/connections/${connection}/test`, { to: PHONE })
  expect((await post()).json).toMatchObject({ ok: true, entry: { direction: 'out' } })
  expect((await post()).json).toMatchObject({ ok: true })
  expect(told(await on.ask('POST', `/v1/connections/${connection}/test`, {}))).toBe('400 bad_request')
  expect(told(await on.ask('POST', `/v1/connections/${connection}/test`, { to: 'nowhere' }))).toBe('422 bad_address')
})
