/** The webhook's signatures against the scheme's own library as receiver, and against worked vectors. */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { guardedFetch } from '@throughline/core/http/guard.ts'
import { fixtureCard, fixtureConnection, incoming, viewOf } from '@throughline/core/tools/fixture.ts'
import { webhookCalls } from '@throughline/core/tools/webhook/calls.ts'
import { signHeaders, signingSecret } from '@throughline/core/tools/webhook/sign.ts'
import { Webhook } from 'standardwebhooks'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testContext } from '../channels/context.ts'

describe('signature', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  test.each([
    ['msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
    [
      'msg_hub_0001',
      1767225600,
      '{"type":"message.received","timestamp":"2026-01-01T00:00:00.000Z","data":{"text":"Привет"}}',
      'v1,byio5YktDjwpr0vzCgsbcAf5dtVryLHQEqDOFP9m8CU=',
    ],
  ])('%s', (id, seconds, body, signature) => {
    const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signature }
    expect(signHeaders(secret, id, seconds, body)).toEqual(headers)
    expect(new Webhook(secret).sign(id, new Date(seconds * 1000), body)).toBe(signature)
  })

  test('is never made without a secret', () => {
    expect(() => signHeaders(signingSecret(''), 'x', 1, '{}')).toThrow('without a signing secret')
  })
})

describe('a receiver with the library of the scheme', () => {
  let got: { headers: Record<string, string>; body: string }[]
  let server: ReturnType<typeof createServer>
  let url: string
  const flat = (headers: IncomingHttpHeaders) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

  beforeEach(async () => {
    got = []
    server = createServer(async (request, response) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of request) chunks.push(chunk)
      got.push({ headers: flat(request.headers), body: Buffer.concat(chunks).toString() })
      response.end()
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    url = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}/` : ''
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  // The library compares with the real clock.
  const context = (now = Date.now()) => ({
    ...testContext({ now: () => now }),
    guardedFetch: guardedFetch({ allow: [], maxBytes: 1000, timeout: 2000, allowPrivate: true }),
  })

  test('accepts every post with the secret that was shown once, and no other', async () => {
    const connection = fixtureConnection('webhook', { settings: { url } })
    const { showOnce } = await webhookCalls.connect(connection, context())
    const secret = showOnce?.secret ?? ''
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/)
    expect((await webhookCalls.connect(connection, context())).showOnce).toEqual(showOnce)
    const texts = ['Привет', '\u0000 "\\ 😀', 'half a pair \ud83d', 'x'.repeat(20_000)]
    for (const text of texts)
      await webhookCalls.post('', viewOf({ ...incoming, parts: [{ type: 'text', text }] }), fixtureCard, connection, context())
    expect(got.length).toBe(2 + texts.length)
    for (const [index, { headers, body }] of got.entries()) {
      const payload: unknown = new Webhook(secret).verify(body, headers)
      if (index >= 2)
        expect(payload).toMatchObject({
          type: 'message.received',
          data: { customer: { customer: 'cus_1' }, entry: { parts: [{ text: texts[index - 2] }] } },
        })
      expect(() => new Webhook(signingSecret('another')).verify(body, headers)).toThrow()
      expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow()
    }
  })

  test('sees one id over all tries, and a fresh time and signature on each', async () => {
    const connection = fixtureConnection('webhook', { settings: { url } })
    const now = Date.now()
    for (const at of [now - 60_000, now]) await webhookCalls.post('', viewOf(incoming), fixtureCard, connection, context(at))
    const [one, two] = got
    expect(one?.headers['webhook-id']).toBe(incoming.id)
    expect(two?.headers['webhook-id']).toBe(incoming.id)
    expect(one?.body).toBe(two?.body)
    expect(Number(two?.headers['webhook-timestamp']) - Number(one?.headers['webhook-timestamp'])).toBe(60)
    for (const { headers, body } of got) new Webhook(signingSecret(connection.secret)).verify(body, headers)
  })

  test('is not called at a private address unless the hub was told so', async () => {
    const guarded = { ...context(), guardedFetch: guardedFetch({ allow: [], maxBytes: 1000, timeout: 2000 }) }
    const connection = fixtureConnection('webhook', { settings: { url } })
    await expect(webhookCalls.connect(connection, guarded)).rejects.toMatchObject({
      code: 'url_refused',
      words: expect.stringContaining('HUB_ALLOW_PRIVATE_URLS=1'),
    })
    const refused = await webhookCalls
      .post('', viewOf(incoming), fixtureCard, connection, guarded)
      .catch((error: unknown) => error)
    expect(webhookCalls.classify(refused)).toMatchObject({ code: 'notConfigured', again: 'never', certain: true })
    expect(await webhookCalls.check(connection, guarded)).toMatchObject([{ ok: false }])
    expect(got).toEqual([])
  })
})
