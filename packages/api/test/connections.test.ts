import { bury } from '@throughline/core/flow/dead.ts'
import { defineConfig } from '@throughline/core/routing/config.ts'
import { beforeEach, expect, test } from 'vitest'
import { type Answer, type Stage, stage, told } from './hub.ts'

let on: Stage
beforeEach(async () => {
  on = await stage()
})

const pigeon = (more: object = {}) => ({ kind: 'pigeon', name: 'Our loft', credentials: { ring: 'R-77-secret' }, ...more })
/** The values of a field anywhere in an answer, in order. */
const all = (json: object, field: string): string[] =>
  [...JSON.stringify(json).matchAll(new RegExp(`"${field}":"([^"]+)"`, 'g'))].map(([, value]) => value ?? '')
const idOf = (answer: Answer): string => String(answer.json.id)

test('connect, read, list, rename, pause, check, disconnect; credentials never come out', async () => {
  const made = await on.ask('POST', '/v1/connections', pigeon())
  const id = idOf(made)
  expect(made.status).toBe(201)
  expect(made.json).toMatchObject({ kind: 'pigeon', name: 'Our loft', status: 'live', address: '+15005550000' })
  expect(made.json.webhookUrl).toMatch(/^https:\/\/hub\.example\/hooks\/[\w-]{22}$/)
  const answers = [
    made,
    await on.ask('GET', `/v1/connections/${id}`),
    await on.ask('GET', '/v1/connections'),
    await on.ask('PATCH', `/v1/connections/${id}`, { name: 'North', status: 'paused' }),
    await on.ask('POST', `/v1/connections/${id}/check`),
  ]
  for (const answer of answers) {
    expect(answer.status).toBeLessThan(300)
    expect(JSON.stringify(answer.json)).not.toMatch(/R-77-secret|credentials|settings|"secret"|"hook"|apiRoot/)
  }
  expect(answers[2]?.json).toMatchObject({ connections: [{ id }] })
  expect(answers[3]?.json).toMatchObject({ name: 'North', status: 'paused' })
  expect(answers[4]?.json).toMatchObject({ checks: [{ name: 'ring', ok: true }], status: 'paused' })
  expect((await on.ask('PATCH', `/v1/connections/${id}`, { status: 'live' })).json).toMatchObject({ status: 'live' })
  expect((await on.ask('DELETE', `/v1/connections/${id}`)).status).toBe(204)
  expect(told(await on.ask('GET', `/v1/connections/${id}`))).toBe('404 unknown_connection')
  expect((await on.ask('GET', '/v1/connections')).json).toEqual({ connections: [] })
})

test('refusals have stable codes and leave nothing', async () => {
  const post = (body: unknown) => on.ask('POST', '/v1/connections', body)
  expect(told(await post(pigeon({ kind: 'owl' })))).toBe('422 unknown_kind')
  expect(told(await post(pigeon({ credentials: { ring: 'wrong' } })))).toBe('422 bad_ring')
  const unfit = await post(pigeon({ credentials: { ring: 7 } }))
  expect(told(unfit)).toBe('400 bad_request')
  expect(unfit.json.issues).toMatchObject([{ path: 'credentials.ring' }])
  expect((await on.ask('GET', '/v1/connections')).json).toEqual({ connections: [] })
})

test('nothing of another workspace is there', async () => {
  const id = idOf(await on.ask('POST', '/v1/connections', pigeon()))
  const other = { key: on.otherKey }
  expect(told(await on.ask('GET', `/v1/connections/${id}`, undefined, other))).toBe('404 unknown_connection')
  expect(told(await on.ask('PATCH', `/v1/connections/${id}`, { name: 'mine' }, other))).toBe('404 unknown_connection')
  expect(told(await on.ask('POST', `/v1/connections/${id}/check`, undefined, other))).toBe('404 unknown_connection')
  expect(told(await on.ask('POST', `/v1/connections/${id}/test`, {}, other))).toBe('404 unknown_connection')
  expect(told(await on.ask('DELETE', `/v1/connections/${id}`, undefined, other))).toBe('404 unknown_connection')
  expect((await on.ask('GET', '/v1/connections', undefined, other)).json).toEqual({ connections: [] })
  expect((await on.ask('GET', `/v1/connections/${id}`)).json).toMatchObject({ name: 'Our loft', status: 'live' })
})

test('a list comes in pages', async () => {
  for (const ring of ['one', 'two', 'three'])
    await on.ask('POST', '/v1/connections', pigeon({ name: ring, credentials: { ring } }))
  const names: string[] = []
  let path = '/v1/connections?limit=2'
  for (let pages = 0; path && pages < 5; pages++) {
    const { json } = await on.ask('GET', path)
    names.push(...all(json, 'name'))
    path = json.next ? `/v1/connections?limit=2&cursor=${json.next}` : ''
  }
  expect(names).toEqual(['one', 'two', 'three'])
})

test('what we made ourselves is shown once', async () => {
  const made = await on.ask('POST', '/v1/connections', { kind: 'board' })
  expect(made.json).toMatchObject({ name: 'Notice board', showOnce: { secret: 'shown-once' } })
  expect(JSON.stringify((await on.ask('GET', `/v1/connections/${idOf(made)}`)).json)).not.toContain('shown-once')
})

test('a tool is given a test post', async () => {
  const id = idOf(await on.ask('POST', '/v1/connections', { kind: 'board' }))
  expect((await on.ask('POST', `/v1/connections/${id}/test`, {})).json).toMatchObject({ ok: true })
  expect(on.posts).toEqual(['Throughline is connected. Customers who write will appear here.'])
})

test('routing: read, try, replace, and a wrong rule is refused with its path', async () => {
  const { rules } = defineConfig({
    rules: [{ name: 'bills', when: { text: 'invoice' }, then: { tag: ['billing'], answer: 'We look into it.' } }],
  })
  expect((await on.ask('GET', '/v1/routing')).json).toMatchObject({ source: 'file', config: { rules: [] } })
  const asked = { channel: 'pigeon', text: 'My INVOICE is wrong' }
  expect((await on.ask('POST', '/v1/routing/simulate', { ...asked, config: { rules } })).json).toMatchObject({
    tags: ['billing'],
  })
  expect((await on.ask('POST', '/v1/routing/simulate', asked)).json).toMatchObject({ tags: [] })
  expect((await on.ask('PUT', '/v1/routing', { rules })).json).toMatchObject({
    source: 'stored',
    config: { rules, timezone: 'UTC' },
  })
  expect((await on.ask('POST', '/v1/routing/simulate', asked)).json).toMatchObject({ tags: ['billing'], rules: ['bills'] })
  const wrong = await on.ask('PUT', '/v1/routing', { rules: [...(rules ?? []), { ...rules?.[0], when: { colour: 'red' } }] })
  expect(told(wrong)).toBe('400 bad_request')
  expect(wrong.json.issues).toMatchObject([{ path: 'rules.1.when', message: 'Unrecognized key: "colour"' }])
  expect((await on.ask('GET', '/v1/routing')).json).toMatchObject({ config: { rules } })
  expect((await on.ask('GET', '/v1/routing', undefined, { key: on.otherKey })).json).toMatchObject({ source: 'file' })
})

test('dead letters: listed in pages, started again, never those of another workspace', async () => {
  for (const log of ['l1', 'l2', 'l3']) await bury(on.hub, { to: 'route', workspace: 'w1', log }, 'it broke')
  const first = await on.ask('GET', '/v1/dead?limit=2')
  const rest = await on.ask('GET', `/v1/dead?limit=2&cursor=${first.json.next}`)
  const ids = [...all(first.json, 'id'), ...all(rest.json, 'id')]
  expect(ids).toHaveLength(3)
  const [id = ''] = ids
  expect((await on.ask('GET', '/v1/dead', undefined, { key: on.otherKey })).json).toEqual({ dead: [] })
  expect(told(await on.ask('POST', `/v1/dead/${id}/redrive`, undefined, { key: on.otherKey }))).toBe('404 unknown_dead_letter')
  expect(on.pokes).toEqual([])
  expect((await on.ask('POST', `/v1/dead/${id}/redrive`)).status).toBe(204)
  expect(on.pokes).toMatchObject([{ to: 'route', workspace: 'w1' }])
  expect(told(await on.ask('POST', `/v1/dead/${id}/redrive`))).toBe('404 unknown_dead_letter')
})
