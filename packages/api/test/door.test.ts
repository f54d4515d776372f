import { createApiKey } from '@throughline/core/agent/apiKey.ts'
import { Hono } from 'hono'
import { beforeEach, expect, test } from 'vitest'
import { routes } from '../src/routes.ts'
import { type Stage, stage, told } from './hub.ts'

let on: Stage
beforeEach(async () => {
  on = await stage()
})

const concrete = (path: string) => path.replace(/:\w+/g, 'x')

test('every route but the open ones asks for a key, before anything else', async () => {
  const closed = routes.filter((route) => !route.open)
  expect(closed.length).toBeGreaterThan(8)
  for (const { method, path } of closed) {
    const address = concrete(path)
    const bare = await on.api.request(address, {
      method: method.toUpperCase(),
      body: method === 'get' ? null : 'x'.repeat(2_000_000),
    })
    expect([address, bare.status, bare.headers.get('www-authenticate')]).toEqual([address, 401, 'Bearer'])
    expect(await bare.json()).toMatchObject({ code: 'missing_key', status: 401 })
    expect(told(await on.ask(method.toUpperCase(), address, undefined, { key: 'tl_unknown' }))).toBe('401 unknown_key')
  }
})

test('what does not fit is refused with a stable code', async () => {
  const json = { 'content-type': 'application/json' }
  expect(told(await on.ask('GET', '/v1/nowhere'))).toBe('404 not_found')
  expect(told(await on.ask('DELETE', '/v1/customers'))).toBe('404 not_found')
  const mounted = await new Hono().route('/', on.api).request('/v1/nowhere')
  expect(await mounted.json()).toMatchObject({ code: 'not_found' })
  expect(told(await on.ask('POST', '/v1/connections', '{"kind":', { headers: json }))).toBe('400 bad_json')
  expect(told(await on.ask('POST', '/v1/connections', '', { headers: json }))).toBe('400 bad_json')
  expect(told(await on.ask('POST', '/v1/connections', 'kind=pigeon'))).toBe('415 unsupported_media_type')
  expect(
    told(await on.ask('POST', '/v1/connections', '{}', { headers: { 'content-type': 'text/plain; x=application/json' } })),
  ).toBe('415 unsupported_media_type')
  expect(told(await on.ask('POST', '/v1/connections', { kind: 'x'.repeat(1_100_000) }))).toBe('413 too_large')
  expect(told(await on.ask('POST', '/v1/connections', []))).toBe('400 bad_request')
  expect(told(await on.ask('POST', '/v1/connections', { kind: 'pigeon', apiRoot: 'http://169.254.169.254' }))).toBe(
    '400 bad_request',
  )
  for (const limit of ['0', '101', 'ten', '', '1.5']) {
    expect([limit, told(await on.ask('GET', `/v1/connections?limit=${limit}`))]).toEqual([limit, '400 bad_query'])
  }
})

test('a body that does not tell its length is stopped as well', async () => {
  const endless = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('x'.repeat(64 * 1024)))
    },
  })
  const request = new Request('http://hub/v1/connections', {
    method: 'POST',
    headers: { authorization: `Bearer ${on.key}`, 'content-type': 'application/json' },
    body: endless,
    ...{ duplex: 'half' },
  })
  const answer = await on.api.fetch(request)
  expect(await answer.json()).toMatchObject({ code: 'too_large' })
})

test('our own faults show no details', async () => {
  await createApiKey(on.hub, 'w1', 'x')
  const broken = { ...on.hub.store, query: () => Promise.reject(new Error('table w1 at 10.0.0.1')) }
  on.hub.store = broken
  const seen: unknown[] = []
  on.hub.logger.error = (event) => seen.push(event)
  const answer = await on.ask('GET', '/v1/connections')
  expect(told(answer)).toBe('500 internal')
  expect(JSON.stringify(answer.json)).not.toContain('10.0.0.1')
  expect(seen).toEqual(['api.failed'])
})

test('healthz needs no key', async () => {
  const answer = await on.api.request('/healthz')
  expect([answer.status, await answer.json()]).toEqual([200, { ok: true }])
})
