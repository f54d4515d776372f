import { beforeEach, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { type Stage, told } from './hub.ts'
import { PHONE, type Shop, shop } from './shop.ts'

let on: Stage
let customer: Shop['customer']
let settle: Shop['settle']
let timeline: Shop['timeline']
beforeEach(async () => {
  ;({ on, customer, settle, timeline } = await shop())
})

const OTHER = '+12025550144'
const KEY = `pigeon:*:${OTHER}`

/** Ann and Ben as one customer. */
async function both(): Promise<string> {
  const ann = await customer()
  const ben = await customer(OTHER, 'Ben')
  await on.ask('POST', `/v1/customers/${ann}/merge`, { with: ben })
  await settle()
  return ann
}
const addresses = async (id: string) =>
  z.object({ identities: z.array(z.object({ address: z.string() })) }).parse((await on.ask('GET', `/v1/customers/${id}`)).json)
    .identities

test('an erased customer is gone everywhere, for good, and may be imported anew', async () => {
  const id = await customer()
  const kept = await customer(OTHER, 'Ben')
  const reply = await on.ask('POST', `/v1/customers/${id}/replies`, { text: 'Your kite is here' })
  const entry = z.object({ entry: z.object({ id: z.string() }) }).parse(reply.json).entry.id
  await on.ask('POST', `/v1/customers/${id}/notes`, { text: 'likes kites' })
  await settle()

  expect((await on.ask('DELETE', `/v1/customers/${id}`)).status).toBe(204)
  await settle()
  const asks: [string, string, unknown?][] = [
    ['GET', `/v1/customers/${id}`],
    ['GET', `/v1/customers/${id}/entries`],
    ['GET', `/v1/customers/${id}/export`],
    ['GET', `/v1/entries/${entry}/delivery`],
    ['PATCH', `/v1/customers/${id}`, { name: 'back' }],
    ['POST', `/v1/customers/${id}/notes`, { text: 'x' }],
    ['POST', `/v1/customers/${id}/replies`, { text: 'x' }],
    ['POST', `/v1/customers/${id}/merge`, { with: kept }],
    ['POST', `/v1/customers/${id}/unmerge`, { identities: [`pigeon:*:${PHONE}`] }],
  ]
  for (const [method, path, body] of asks)
    expect([path, told(await on.ask(method, path, body))]).toEqual([path, '410 customer_erased'])
  expect((await on.ask('GET', '/v1/customers')).json.customers).toMatchObject([{ id: kept }])
  // Asking again finishes what may have broken off.
  expect((await on.ask('DELETE', `/v1/customers/${id}`)).status).toBe(204)

  const anew = await customer(PHONE, 'Ann again')
  expect(anew).not.toBe(id)
  expect((await timeline(anew)).entries.map(({ kind }) => kind)).toEqual(['identity', 'set'])
})

test('some identities become a customer of their own', async () => {
  const id = await both()
  const answer = await on.ask('POST', `/v1/customers/${id}/unmerge`, { identities: [KEY] })
  expect(answer.status).toBe(200)
  await settle()
  const { own, rest } = z.object({ own: z.string(), rest: z.string() }).parse(answer.json)
  expect(await addresses(own)).toEqual([{ address: OTHER }])
  for (const one of [rest, id]) expect(await addresses(one)).toEqual([{ address: PHONE }])
  expect((await timeline(own)).entries.map(({ kind }) => kind).slice(-2)).toEqual(['seal', 'opened'])

  const unmerge = async (of: string, identities: unknown) =>
    told(await on.ask('POST', `/v1/customers/${of}/unmerge`, { identities }))
  expect(await unmerge(own, [KEY])).toBe('422 nothing_left')
  expect(await unmerge(rest, [KEY])).toBe('422 unknown_identity')
  expect(await unmerge(rest, [])).toBe('400 bad_request')
  expect(await unmerge(rest, 'all')).toBe('400 bad_request')
})

test('nobody erases or parts the customers of another workspace', async () => {
  const id = await both()
  const before = await timeline(id)
  for (const [method, path, body] of [
    ['DELETE', `/v1/customers/${id}`, undefined],
    ['POST', `/v1/customers/${id}/unmerge`, { identities: [KEY] }],
  ] as const) {
    expect(told(await on.ask(method, path, body, { key: on.otherKey }))).toBe('404 unknown_customer')
    expect(told(await on.ask(method, path.replace(id, 'nobody'), body))).toBe('404 unknown_customer')
  }
  expect(await timeline(id)).toEqual(before)
})
