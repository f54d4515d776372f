/** What is strange, deep, long or too much gets a stable answer, and never a 500. */
import { remove } from '@throughline/core/connection/change.ts'
import { existing } from '@throughline/core/connection/connect.ts'
import { connectionByHook } from '@throughline/core/connection/read.ts'
import { acceptTool } from '@throughline/core/flow/accept-tool.ts'
import { keepAside } from '@throughline/core/flow/dead.ts'
import { readEntries } from '@throughline/core/flow/timeline.ts'
import { beforeEach, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { told } from './hub.ts'
import { type Shop, shop } from './shop.ts'

let on: Shop['on']
let customer: Shop['customer']
beforeEach(async () => {
  ;({ on, customer } = await shop())
})
const json = { headers: { 'content-type': 'application/json' } }
const cursor = (place: unknown) => Buffer.from(typeof place === 'string' ? place : JSON.stringify(place)).toString('base64url')

test('a field may not be called what every object has', async () => {
  const id = await customer()
  for (const name of ['__proto__', 'constructor', 'prototype']) {
    const fields = `{"${name}":"x"}`
    const identity = '{"channel":"pigeon","address":"+12025550199"}'
    const asked = [
      on.ask('PATCH', `/v1/customers/${id}`, `{"fields":${fields}}`, json),
      on.ask('POST', '/v1/customers', `{"identities":[${identity}],"externalIds":${fields}}`, json),
      on.ask('POST', `/v1/customers/${id}/activities`, `{"type":"a","title":"t","data":{"in":${fields}}}`, json),
    ]
    for (const answer of asked) expect([name, told(await answer)]).toEqual([name, '400 bad_request'])
  }
  expect((await on.ask('GET', `/v1/customers/${id}`)).json.fields).toEqual({})
})

test('50 fields, 20 external ids, values of 500 characters: no more', async () => {
  const id = await customer()
  const some = (count: number, value = 'v') => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, value]))
  const patch = async (body: object) => told(await on.ask('PATCH', `/v1/customers/${id}`, body))
  expect(await patch({ fields: some(51) })).toBe('400 bad_request')
  expect(await patch({ fields: { a: 'x'.repeat(501) } })).toBe('400 bad_request')
  expect(await patch({ tags: Array.from({ length: 51 }, (_, i) => `t${i}`) })).toBe('400 bad_request')
  const identities = [{ channel: 'pigeon', address: '+12025550199' }]
  expect(told(await on.ask('POST', '/v1/customers', { identities, externalIds: some(21) }))).toBe('400 bad_request')
  const document = JSON.stringify((await on.ask('GET', '/v1/openapi.json')).json)
  expect([document.includes('"maxProperties":50'), document.includes('"maxProperties":20')]).toEqual([true, true])
})

test('what is nested too deep is refused, however deep', async () => {
  const id = await customer()
  const nest = (levels: number) => `{"type":"a","title":"t","data":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`
  for (const levels of [17, 60, 5_000, 100_000]) {
    const answer = told(await on.ask('POST', `/v1/customers/${id}/activities`, nest(levels), json))
    expect([levels, answer]).toEqual([levels, '400 bad_request'])
  }
  expect((await on.ask('POST', `/v1/customers/${id}/activities`, nest(10), json)).status).toBe(202)
})

test('an id that is longer than any of ours is nowhere', async () => {
  const long = 'a'.repeat(3_000)
  for (const path of [`/v1/customers/${long}`, `/v1/connections/${long}`, `/v1/entries/${long}/delivery`, `/media/${long}`])
    expect((await on.ask('GET', path)).status).toBe(404)
  expect((await on.ask('POST', `/v1/dead/${long}/redrive`)).status).toBe(404)
})

test('cursors that are not ours are told so; one over 200 logs is', async () => {
  const id = await customer()
  const entries = async (after: string) => told(await on.ask('GET', `/v1/customers/${id}/entries?after=${after}`))
  for (const seen of [{ [id]: -5 }, { [id]: 3.5 }, { [id]: 1e300 }, { [id]: '3' }, 'x', null])
    expect([seen, await entries(cursor(seen))]).toEqual([seen, '400 bad_cursor'])
  const logs = Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => [`01M81S2YHFY8EN38DJKA20${String(i).padStart(4, '0')}`, 9]),
  )
  expect((await on.ask('GET', `/v1/customers/${id}/entries?after=${cursor(logs)}`)).status).toBe(200)
  for (const list of ['customers', 'connections', 'dead'])
    for (const bad of ['garbage', cursor('\0'), cursor('a'.repeat(1_400)), '%ff'])
      expect([list, bad, told(await on.ask('GET', `/v1/${list}?cursor=${bad}`))]).toEqual([list, bad, '400 bad_cursor'])
})

test('the end of a timeline is read on from what was read, though more came meanwhile', async () => {
  const id = await customer()
  for (const text of ['one', 'two']) await on.ask('POST', `/v1/customers/${id}/notes`, { text })
  const { store } = on.hub
  const { query } = store
  let came = false
  store.query = async (...asked) => {
    const found = await query(...asked)
    if (asked[1]?.reverse && asked[1].limit === 5 && !came) {
      came = true
      await on.ask('POST', `/v1/customers/${id}/notes`, { text: 'three' })
    }
    return found
  }
  const { next } = await readEntries(on.hub, 'w1', id, { tail: 5 })
  expect(came).toBe(true)
  expect((await readEntries(on.hub, 'w1', id, { after: next })).entries).toMatchObject([{ data: { text: 'three' } }])
})

test('a new name wakes nobody; new settings and a new start do', async () => {
  const { json: made } = await on.ask('POST', '/v1/connections', { kind: 'pigeon', credentials: { ring: 'R-78' } })
  const { list } = on.hub.store
  let looked = 0
  on.hub.store.list = (...asked) => {
    looked++
    return list(...asked)
  }
  const wakes = async (body: object) => {
    looked = 0
    expect((await on.ask('PATCH', `/v1/connections/${made.id}`, body)).status).toBe(200)
    return looked > 0
  }
  expect(await wakes({ name: 'North' })).toBe(false)
  expect(await wakes({ status: 'live' })).toBe(false)
  expect(await wakes({ settings: { loft: 'south' } })).toBe(true)
  expect(await wakes({ status: 'paused' })).toBe(false)
  expect(await wakes({ status: 'live' })).toBe(true)
})

test('rules that were put here can be taken back', async () => {
  await on.ask('PUT', '/v1/routing', { rules: [], language: 'en' })
  expect((await on.ask('GET', '/v1/routing')).json).toMatchObject({ source: 'stored' })
  expect((await on.ask('DELETE', '/v1/routing')).json).toMatchObject({ source: 'file' })
})

test('a removed connection takes in nothing, though its address is still remembered', async () => {
  const { json: made } = await on.ask('POST', '/v1/connections', { kind: 'pigeon', credentials: { ring: 'R-79' } })
  const hook = String(made.webhookUrl).split('/').at(-1) ?? ''
  expect(await connectionByHook(on.hub, hook)).toMatchObject({ id: made.id })
  // Another process removes it: this one's memory of the address stays, its copy of the connection ends.
  const { store } = on.hub
  const elsewhere = { ...on.hub, store: { ...store } }
  await remove(elsewhere, 'w1', String(made.id))
  on.clock.now += 59_999
  await on.ask('GET', `/v1/connections/${made.id}`)
  expect(await connectionByHook(on.hub, hook)).toBeUndefined()
})

test('what was kept aside can be fetched by its link', async () => {
  const { json: made } = await on.ask('POST', '/v1/connections', { kind: 'pigeon', credentials: { ring: 'R-80' } })
  const connection = await existing(on.hub, 'w1', String(made.id))
  const request = { door: 'http' as const, method: 'POST', url: '', query: new URLSearchParams(), headers: {}, now: 0 }
  await keepAside(on.hub, connection, { ...request, body: new TextEncoder().encode('odd') }, 'odd')
  const { dead } = z.object({ dead: z.array(z.object({ url: z.string() })) }).parse((await on.ask('GET', '/v1/dead')).json)
  const answer = await on.api.request(new URL(dead[0]?.url ?? '').pathname)
  expect([answer.status, await answer.text()]).toEqual([200, 'odd'])
})

test('an answer in a thread of nobody is listed, once for the thread; a note is not', async () => {
  const { json: made } = await on.ask('POST', '/v1/connections', { kind: 'board' })
  const connection = await existing(on.hub, 'w1', String(made.id))
  const author = { id: 'u1', name: 'Ada' }
  const said = (id: string) => ({
    type: 'reply' as const,
    id,
    thread: 't9',
    author,
    parts: [{ type: 'text' as const, text: 'psst' }],
  })
  for (const event of [said('1'), said('2')]) expect(await acceptTool(on.hub, connection, event)).toEqual([])
  await acceptTool(on.hub, connection, { type: 'note', id: '3', thread: 't8', author, text: 'psst' })
  const { dead } = (await on.ask('GET', '/v1/dead')).json
  expect(dead).toMatchObject([{ kind: 'stray', connection: made.id, words: expect.stringContaining('belongs to no customer') }])
  expect(JSON.stringify(dead)).not.toContain('psst')
})

test('a file is called in its link as the reply calls it', async () => {
  const id = await customer()
  const { json: file } = await on.ask('POST', '/v1/media?name=a.txt', new TextEncoder().encode('hi'))
  const parts = [{ type: 'file', media: { blob: file.blob, name: 'Счёт 7.txt' } }]
  const { json: kept } = await on.ask('POST', `/v1/customers/${id}/replies`, { parts })
  const { entry } = z.object({ entry: z.object({ parts: z.array(z.object({ url: z.string() })) }) }).parse(kept)
  const answer = await on.api.request(new URL(entry.parts[0]?.url ?? '').pathname)
  expect(answer.headers.get('content-disposition')).toContain(encodeURIComponent('Счёт 7.txt'))
})
