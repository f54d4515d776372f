import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { isPublic, type Resolve } from '@throughline/core/http/address.ts'
import { type GuardOptions, guardedFetch } from '@throughline/core/http/guard.ts'
import { GuardError, isTimeout, isUnsent } from '@throughline/core/http/outcome.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

type Seen = { method: string; url: string; headers: IncomingMessage['headers']; body: string }
let seen: Seen[]
let servers: Server[]
let origin: string
let answer: (request: IncomingMessage, response: ServerResponse) => void

async function serve(): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers } = request
    seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
    answer(request, response)
  })
  servers.push(server)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address ? `http://127.0.0.1:${address.port}` : ''
}

beforeEach(async () => {
  seen = []
  servers = []
  answer = (_request, response) => response.end('good')
  origin = await serve()
})
afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

const base: GuardOptions = { allow: [], maxBytes: 1000, timeout: 5000 }
const inside: GuardOptions = { ...base, allowPrivate: true }
const failing = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    await call
  } catch (error) {
    return error
  }
  throw new Error('it did not fail')
}
const codeOf = async (call: Promise<unknown>) => {
  const error = await failing(call)
  return error instanceof GuardError ? error.code : error
}
/** A resolver of our own: each name's answers, one list per question. */
const resolver = (answers: Record<string, string[][]>) => {
  const asked: string[] = []
  const resolve: Resolve = (hostname, _options, done) => {
    asked.push(hostname)
    const list = answers[hostname]?.[asked.filter((name) => name === hostname).length - 1] ?? []
    done(
      null,
      list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
  return { asked, resolve }
}

describe('addresses', () => {
  test.each([
    '127.0.0.1',
    '127.255.0.9',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '168.63.129.16',
    '192.0.0.192',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2002:7f00:1::',
    '2001::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    'nonsense',
  ])('%s is not public', (address) => expect(isPublic(address)).toBe(false))
  test.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])('%s is public', (address) =>
    expect(isPublic(address)).toBe(true),
  )
})

describe('refuses', () => {
  test.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'not a url',
    'http://user:pass@example.com/',
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://localhost:1/',
  ])('%s', async (url) => {
    const error = await failing(guardedFetch(base)(url))
    expect(error).toMatchObject({ name: 'GuardError', code: 'URL_REFUSED' })
    expect(isUnsent(error)).toBe(true)
    expect(String(error)).not.toContain('pass@')
  })

  test('a server on this machine, and tells the setting; nothing arrives there', async () => {
    expect(await failing(guardedFetch(base)(origin))).toMatchObject({
      message: expect.stringContaining('HUB_ALLOW_PRIVATE_URLS=1'),
    })
    expect(seen).toEqual([])
  })

  test('a name that leads inside, whatever it said before: one resolution is checked and used', async () => {
    const { asked, resolve } = resolver({ 'hooks.example': [['127.0.0.1', '::ffff:10.0.0.1'], ['93.184.216.34']] })
    const url = origin.replace('127.0.0.1', 'hooks.example')
    expect(await codeOf(guardedFetch({ ...base, resolve })(url))).toBe('URL_REFUSED')
    expect(asked).toEqual(['hooks.example'])
    expect(seen).toEqual([])
  })
})

describe('connects', () => {
  test('to exactly the address that was checked: the second answer of a rebinding name is never asked for', async () => {
    const { asked, resolve } = resolver({ 'hooks.example': [['127.0.0.1'], ['192.0.2.1']] })
    const url = origin.replace('127.0.0.1', 'hooks.example')
    const response = await guardedFetch({ ...inside, resolve })(`${url}/a?b=c`, { method: 'POST', body: 'Привет' })
    expect(await response.text()).toBe('good')
    expect(asked).toEqual(['hooks.example'])
    expect(seen).toMatchObject([{ method: 'POST', url: '/a?b=c', body: 'Привет', headers: { host: new URL(url).host } }])
  })

  test('to an origin that is configured, and to no other of its host', async () => {
    const other = await serve()
    const call = guardedFetch({ ...base, allow: [origin] })
    expect((await call(origin)).status).toBe(200)
    expect(await codeOf(call(other))).toBe('URL_REFUSED')
  })

  test('with what was asked, and hands the answer back', async () => {
    answer = (_request, response) => response.writeHead(429, { 'Retry-After': '7', 'Content-Type': 'text/plain' }).end('later')
    const response = await guardedFetch(inside)(origin, {
      method: 'PUT',
      body: new URLSearchParams({ a: '1 2' }),
      headers: { 'x-ours': 'yes' },
    })
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([429, '7', 'later'])
    expect(seen).toMatchObject([
      { body: 'a=1+2', headers: { 'x-ours': 'yes', 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' } },
    ])
  })

  test('answers without a body, and packed ones that were not asked for', async () => {
    answer = (request, response) =>
      request.url === '/none'
        ? response.writeHead(204).end()
        : response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('unpacked'))
    expect((await guardedFetch(inside)(`${origin}/none`)).status).toBe(204)
    expect(await (await guardedFetch(inside)(origin)).text()).toBe('unpacked')
  })
})

describe('redirects', () => {
  const to = (location: string, status = 302) => {
    answer = (request, response) =>
      request.url === '/end' ? response.end('end') : response.writeHead(status, { Location: location }).end()
  }

  test('are followed, a POST as GET without its body; 307 keeps both', async () => {
    to('/end')
    expect(await (await guardedFetch(inside)(origin, { method: 'POST', body: 'x' })).text()).toBe('end')
    to('/end', 307)
    await guardedFetch(inside)(origin, { method: 'POST', body: 'x' })
    expect(seen.map(({ method, body }) => [method, body])).toEqual([
      ['POST', 'x'],
      ['GET', ''],
      ['POST', 'x'],
      ['POST', 'x'],
    ])
  })

  test('at most three', async () => {
    to('/again')
    expect(await codeOf(guardedFetch(inside)(origin))).toBe('TOO_MANY_REDIRECTS')
    expect(seen.length).toBe(4)
  })

  test('are handed back or refused on request', async () => {
    to('/end')
    const response = await guardedFetch(inside)(origin, { redirect: 'manual' })
    expect([response.status, response.headers.get('location')]).toEqual([302, '/end'])
    expect(await codeOf(guardedFetch(inside)(origin, { redirect: 'error' }))).toBe('REDIRECTED')
  })

  test('are checked again: neither inside, nor to an origin of ours, nor to another scheme', async () => {
    const secret = await serve()
    const { resolve } = resolver({ 'hooks.example': [['127.0.0.1']], 'evil.example': [['10.0.0.1']] })
    const call = guardedFetch({ ...base, allow: [origin, secret], resolve })
    for (const location of [secret, 'http://evil.example/', 'http://127.0.0.1:1/', 'file:///etc/passwd', 'http://']) {
      to(location)
      expect([location, await codeOf(call(origin))]).toEqual([location, 'URL_REFUSED'])
    }
    expect(seen.length).toBe(5)
  })

  test('do not carry Authorization or cookies to another host', async () => {
    const other = await serve()
    to(`${other}/end`)
    await guardedFetch(inside)(origin, { headers: { authorization: 'Bearer x', cookie: 'a=b', 'x-ours': 'stays' } })
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer x', cookie: 'a=b' })
    expect(seen[1]?.headers).toMatchObject({ 'x-ours': 'stays' })
    expect(seen[1]?.headers).not.toHaveProperty('authorization')
    expect(seen[1]?.headers).not.toHaveProperty('cookie')
    to('/end')
    await guardedFetch(inside)(origin, { headers: { authorization: 'Bearer x' } })
    expect(seen.at(-1)).toMatchObject({ url: '/end', headers: { authorization: 'Bearer x' } })
  })
})

describe('limits', () => {
  test('the size, unpacked; who reads the status alone is not harmed', async () => {
    answer = (_request, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('x'.repeat(1001)))
    const response = await guardedFetch(inside)(origin)
    expect(response.status).toBe(200)
    expect(await codeOf(response.text())).toBe('TOO_LARGE')
    answer = (_request, response) => response.end('x'.repeat(1000))
    expect((await (await guardedFetch(inside)(origin)).text()).length).toBe(1000)
  })

  test('the time: before the headers and inside the body', async () => {
    answer = () => undefined
    const silent = await failing(guardedFetch({ ...inside, timeout: 60 })(origin))
    expect(silent).toMatchObject({ code: 'TIMEOUT' })
    expect([isTimeout(silent), isUnsent(silent)]).toEqual([true, false])
    answer = (_request, response) => response.writeHead(200).write('a')
    const response = await guardedFetch({ ...inside, timeout: 60 })(origin)
    expect(await codeOf(response.text())).toBe('TIMEOUT')
  })

  test('a resolver that never answers leaves the request unsent', async () => {
    const error = await failing(guardedFetch({ ...base, timeout: 30, resolve: () => undefined })('http://slow.example/'))
    expect(error).toMatchObject({ code: 'CONNECT_TIMEOUT' })
    expect([isTimeout(error), isUnsent(error)]).toEqual([true, true])
  })

  test("the caller's own signal", async () => {
    answer = () => undefined
    expect(await failing(guardedFetch(inside)(origin, { signal: AbortSignal.timeout(20) }))).toMatchObject({
      name: 'TimeoutError',
    })
    expect(await failing(guardedFetch(inside)(origin, { signal: AbortSignal.abort() }))).toMatchObject({ name: 'AbortError' })
  })

  test('a closed port is unsent; a line cut after the request is not', async () => {
    answer = (request) => request.socket.destroy()
    expect(isUnsent(await failing(guardedFetch(inside)(origin)))).toBe(false)
    const closed = await serve()
    await new Promise((done) => servers.at(-1)?.close(done))
    expect(isUnsent(await failing(guardedFetch(inside)(closed)))).toBe(true)
  })
})
