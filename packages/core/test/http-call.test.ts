import { createServer } from 'node:http'
import { createServer as createSocketServer } from 'node:net'
import { providerFetch } from '@throughline/core/http/call.ts'
import { isTimeout, isUnsent, retryAfter } from '@throughline/core/http/outcome.ts'
import { redact } from '@throughline/core/http/redact.ts'
import { jsonLogger } from '@throughline/core/logger.ts'
import { afterEach, describe, expect, test } from 'vitest'

const TOKEN = '123456789:AAHhdqTcvCH1vGWJxfSeofSAs0K5PALDsaw'
const open: { close(): unknown }[] = []
afterEach(() => {
  for (const server of open.splice(0)) server.close()
})
const listen = (server: ReturnType<typeof createSocketServer>) => {
  open.push(server)
  return new Promise<string>((done) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      done(typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : '')
    })
  })
}
const failing = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error,
  )

describe('providerFetch', () => {
  test('fetches', async () => {
    const root = await listen(createServer((_request, response) => response.end('good')))
    expect(await (await providerFetch({ timeout: 5000 })(root)).text()).toBe('good')
  })

  test('ends by its time limit, uncertain', async () => {
    const server = createServer(() => undefined)
    const root = await listen(server)
    const error = await failing(providerFetch({ timeout: 40 })(root))
    server.closeAllConnections()
    expect([isTimeout(error), isUnsent(error)]).toEqual([true, false])
  })

  test('a cut line is uncertain, a closed port is certain', async () => {
    const server = createSocketServer((socket) => socket.once('data', () => socket.destroy()))
    const root = await listen(server)
    expect(isUnsent(await failing(providerFetch({ timeout: 5000 })(root)))).toBe(false)
    await new Promise((done) => server.close(done))
    expect(isUnsent(await failing(providerFetch({ timeout: 5000 })(root)))).toBe(true)
  })

  test('quotes no token in the error of a malformed URL', async () => {
    const error = await failing(providerFetch({ timeout: 5000 })(`http//api/bot${TOKEN}/getMe`))
    expect(isUnsent(error)).toBe(true)
    const lines: string[] = []
    jsonLogger((line) => lines.push(line)).error('x', { error })
    expect(lines.join('') + String(error)).not.toContain('AAHhdq')
  })
})

describe('outcome', () => {
  const coded = (code: string, more: object = {}) => Object.assign(new Error(code), { code, ...more })
  test.each([
    [coded('ECONNREFUSED', { syscall: 'connect' }), true],
    [coded('ENOTFOUND', { syscall: 'getaddrinfo' }), true],
    [coded('EAI_AGAIN'), true],
    [coded('UND_ERR_CONNECT_TIMEOUT'), true],
    [coded('ETIMEDOUT', { syscall: 'connect' }), true],
    [coded('ETIMEDOUT', { syscall: 'read' }), false],
    [coded('EHOSTUNREACH', { syscall: 'read' }), false],
    [coded('ECONNRESET', { syscall: 'read' }), false],
    [coded('EPIPE', { syscall: 'write' }), false],
    [coded('UND_ERR_HEADERS_TIMEOUT'), false],
    [new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }), true],
    [Object.assign(new Error('HttpError'), { error: new TypeError('fetch failed', { cause: coded('ENOTFOUND') }) }), true],
    [new AggregateError([coded('ECONNREFUSED'), coded('ENETUNREACH')]), true],
    [new TypeError('fetch failed', { cause: new AggregateError([coded('ECONNREFUSED'), coded('ECONNRESET')]) }), false],
    [new AggregateError([]), false],
    [new DOMException('late', 'TimeoutError'), false],
    ['ECONNREFUSED', false],
    [undefined, false],
  ])('%o unsent: %s', (error, unsent) => expect(isUnsent(error)).toBe(unsent))

  test('an error that is its own cause ends', () => {
    const error = new Error('round')
    error.cause = error
    expect([isUnsent(error), isTimeout(error)]).toEqual([false, false])
  })

  test('Retry-After in seconds, as a date, and nonsense', () => {
    const now = Date.parse('2026-01-01T00:00:00Z')
    const asked = [
      '30',
      '0',
      '1.2',
      'Thu, 01 Jan 2026 00:01:00 GMT',
      'Wed, 31 Dec 2025 00:00:00 GMT',
      '99999999',
      'soon',
      '',
      null,
    ]
    expect(asked.map((header) => retryAfter(header, now))).toEqual([30, 1, 2, 60, 1, 86_400, undefined, undefined, undefined])
  })
})

describe('redact', () => {
  test.each([
    `https://api.telegram.org/bot${TOKEN}/sendMessage`,
    `Call to '/file/bot${TOKEN}/photos/1.jpg' failed`,
    `token ${TOKEN}`,
    `Authorization: Bearer ${TOKEN}`,
    `{"authorization":"Basic ${TOKEN}"}`,
    `https://example.com/?token=${TOKEN}&a=b`,
    `X-Viber-Auth-Token: ${TOKEN}`,
    `https://user:${TOKEN}@example.com/`,
    `xoxb-${TOKEN}`,
    `whsec_${TOKEN.slice(10)}`,
  ])('%s', (text) => expect(redact(text)).not.toMatch(/AAHhdq/))
  test('leaves the rest', () =>
    expect(redact('POST https://api.example/v1: 503 at 12:30')).toBe('POST https://api.example/v1: 503 at 12:30'))
})

describe('jsonLogger', () => {
  const logged = (event: string, fields?: Record<string, unknown>) => {
    const lines: string[] = []
    jsonLogger(
      (line) => lines.push(line),
      () => new Date(0),
    ).error(event, fields)
    expect(lines.length).toBe(1)
    expect(lines[0]?.endsWith('\n')).toBe(true)
    expect(lines[0]?.trimEnd()).not.toContain('\n')
    const value: unknown = JSON.parse(lines[0] ?? '')
    return value
  }

  test('one line with time, level, event and fields', () => {
    expect(logged('sent', { workspace: 'w', seq: 3, level: 'x', at: 'y', event: 'z', to: 'route' })).toEqual({
      at: '1970-01-01T00:00:00.000Z',
      level: 'error',
      event: 'sent',
      workspace: 'w',
      seq: 3,
      to: 'route',
    })
  })

  test('drops what must not be told, at any depth', () => {
    const names = ['text', 'body', 'token', 'secret', 'password', 'address', 'phone', 'email', 'credentials', 'parts', 'botToken']
    const fields = Object.fromEntries(names.map((name) => [name, 'told']))
    expect(JSON.stringify(logged('x', { ...fields, inner: { ...fields, list: [fields] } }))).not.toContain('told')
  })

  test('an error is its name, message, code and cause, and nothing that an SDK hung onto it', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
    const error = Object.assign(new TypeError(`GET /bot${TOKEN}/x`, { cause }), {
      request: { headers: { authorization: TOKEN } },
    })
    expect(logged('x', { error })).toMatchObject({
      error: {
        name: 'TypeError',
        message: 'GET /bot<redacted>/x',
        cause: { name: 'Error', message: 'refused', code: 'ECONNREFUSED' },
      },
    })
    expect(JSON.stringify(logged('x', { error }))).not.toContain('AAHhdq')
  })

  test('takes whatever comes: rounds, large numbers, line breaks, functions', () => {
    const round: Record<string, unknown> = { a: 1n, b: 'a\nb', c: () => 1, d: Number.NaN, e: undefined, f: 'x'.repeat(2000) }
    round.self = round
    expect(JSON.stringify(logged('x', round)).length).toBeLessThan(5000)
  })
})
