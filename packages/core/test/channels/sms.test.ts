/** What only Twilio's channels know: the worked signatures, files behind redirects. */
import { createServer, type RequestListener } from 'node:http'
import { fixtureConnection, fixtureRequest } from '@throughline/core/channels/fixture.ts'
import { smsCalls } from '@throughline/core/channels/sms/calls.ts'
import { sms } from '@throughline/core/channels/sms/index.ts'
import type { Connection, HookRequest } from '@throughline/core/connector.ts'
import { afterEach, describe, expect, test } from 'vitest'
import { testContext } from './context.ts'

const ACCOUNT = 'AC00000000000000000000000000000001'
const TOKEN = '12345abcdef67890fedcba0987654321'
const URL_ = 'https://hub.example.com/hooks/twilio/ch_01?tenant=acme&v=1'

function request(url: string, pairs: string[][], signature: string, fields: Partial<HookRequest> = {}): HookRequest {
  const body = new TextEncoder().encode(new URLSearchParams(pairs).toString())
  const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature }
  return { ...fixtureRequest(fixtureConnection('sms', {}), body, { url, headers }), ...fields }
}
const connection = (credentials: Record<string, string>): Connection => fixtureConnection('sms', { credentials })

describe('signature: worked examples, equal to what Twilio’s own library signs', () => {
  const own = connection({ accountSid: ACCOUNT, authToken: TOKEN })
  const cyrillic = [
    ['MessageSid', 'SM00000000000000000000000000000001'],
    ['AccountSid', ACCOUNT],
    ['From', '+15005550006'],
    ['To', '+15005550001'],
    ['Body', 'Привет, мир! 50% + 1'],
    ['NumMedia', '0'],
    ['NumSegments', '1'],
    ['SmsStatus', 'received'],
    ['ApiVersion', '2010-04-01'],
  ]

  test('a form with a query, Cyrillic, percent and plus', () => {
    const good = request(URL_, cyrillic, 'fK8pVqWr8iORDL6JYdjoi2R7MbU=')
    expect(sms.verify(good, own)).toBe(true)
    expect(sms.verify({ ...good, url: URL_.replace('.com/', '.com:443/') }, own)).toBe(true)
    expect(sms.verify({ ...good, url: URL_.replace('https', 'http') }, own)).toBe(false)
    expect(sms.verify({ ...good, url: URL_.replace('&v=1', '&v=2') }, own)).toBe(false)
  })

  test('an empty Body, quotes and an emoji', () => {
    const pairs = [
      ['MessageSid', 'MM00000000000000000000000000000002'],
      ['SmsMessageSid', 'MM00000000000000000000000000000002'],
      ['AccountSid', ACCOUNT],
      ['From', 'whatsapp:+15005550006'],
      ['To', 'whatsapp:+14155238886'],
      ['WaId', '15005550006'],
      ['ProfileName', `Ann "A" O'Neil 🙂`],
      ['Body', ''],
      ['NumMedia', '1'],
      [
        'MediaUrl0',
        `https://api.twilio.com/2010-04-01/Accounts/${ACCOUNT}/Messages/MM00000000000000000000000000000002/Media/ME00000000000000000000000000000003`,
      ],
      ['MediaContentType0', 'image/jpeg'],
      ['NumSegments', '1'],
    ]
    expect(sms.verify(request(URL_, pairs, 'I6XGLFEocZo2T8Ajkjmewj4zFRU='), own)).toBe(true)
  })

  test('repeated keys', () => {
    const pairs = [
      ['A', 'b'],
      ['A', 'a'],
      ['A', 'b'],
      ['Z', '1'],
      ['a', '2'],
    ]
    const good = request('https://hub.example.com/t', pairs, 'viFMSHev/gm2buu1krpIxDIQjp4=')
    expect(sms.verify(good, connection({ authToken: TOKEN }))).toBe(true)
    expect(sms.verify(good, own)).toBe(false)
  })

  test('JSON with the hash of its body in the URL', () => {
    const hash = '806b26ddc5bb984ec278893b13f891a7087a431ef3b585715aee2fd0591873fe'
    const good = request(`https://hub.example.com/hooks/twilio-json?bodySHA256=${hash}`, [], '', {
      headers: { 'content-type': 'application/json', 'x-twilio-signature': 'fAMJC1pKAF3KHN+KyLL+e4yurs0=' },
      body: new TextEncoder().encode('{"event":"onMessageAdded","body":"Привет"}'),
    })
    expect(sms.verify(good, own)).toBe(true)
    expect(sms.verify({ ...good, body: new TextEncoder().encode('{"event":"onMessageAdded","body":"Пока"}') }, own)).toBe(false)
  })

  test('a short token and an ampersand', () => {
    const pairs = [
      ['From', '+15005550006'],
      ['To', '+15005550009'],
      ['Body', 'Привет & hi'],
      ['NumMedia', '0'],
      ['MessageSid', 'SM00000000000000000000000000000001'],
    ]
    const good = request('https://example.com/twilio/in?x=1', pairs, 'Ba3fC1aPm4eah056qzbrIc4QLzU=')
    expect(sms.verify(good, connection({ authToken: '12345' }))).toBe(true)
  })

  test('GET: the fields are the query and are signed with the URL alone', async () => {
    const search = new URLSearchParams({ AccountSid: ACCOUNT, MessageSid: 'SM1', From: '+15005550006', Body: 'hi' }).toString()
    const { getExpectedTwilioSignature } = await import('twilio/lib/webhooks/webhooks.js')
    const url = `https://hub.example.com/hooks/h?${search}`
    const good = request(url, [], getExpectedTwilioSignature(TOKEN, url, {}), {
      method: 'GET',
      query: new URLSearchParams(search),
    })
    expect(sms.verify(good, own)).toBe(true)
    expect(sms.parse(good, own)).toMatchObject([{ type: 'message', id: 'SM1', parts: [{ text: 'hi' }] }])
  })

  test('while tokens are changed, either signs; an empty one never does', () => {
    const good = request(URL_, cyrillic, 'fK8pVqWr8iORDL6JYdjoi2R7MbU=')
    const with_ = (authToken: string, secondaryToken: string) => connection({ accountSid: ACCOUNT, authToken, secondaryToken })
    expect(sms.verify(good, with_('old', TOKEN))).toBe(true)
    expect(sms.verify(good, with_(TOKEN, 'new'))).toBe(true)
    expect(sms.verify(good, with_('old', 'new'))).toBe(false)
    expect(sms.verify(good, with_('old', ''))).toBe(false)
    expect(sms.secrets).toContain('secondaryToken')
  })

  test('the right signature of another account is refused', async () => {
    const { getExpectedTwilioSignature } = await import('twilio/lib/webhooks/webhooks.js')
    const pairs = [['AccountSid', 'AC00000000000000000000000000000002']]
    const signature = getExpectedTwilioSignature(TOKEN, URL_, Object.fromEntries(pairs))
    expect(sms.verify(request(URL_, pairs, signature), own)).toBe(false)
    expect(sms.verify(request(URL_, pairs, signature), connection({ accountSid: pairs[0]?.[1] ?? '', authToken: TOKEN }))).toBe(
      true,
    )
  })
})

describe('media', () => {
  const closing: (() => Promise<void>)[] = []
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()))
  })

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener)
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    closing.push(() => {
      server.closeAllConnections()
      return new Promise((closed) => server.close(() => closed()))
    })
    const address = server.address()
    return address && typeof address === 'object' ? `http://127.0.0.1:${address.port}` : ''
  }
  const fetchOf = (ref: string, apiRoot?: string) =>
    smsCalls.media?.({ ref }, { ...connection({ accountSid: ACCOUNT, authToken: TOKEN }), apiRoot }, testContext())

  test('our credentials go to Twilio and not to the CDN it leads to', async () => {
    const seen: (string | undefined)[] = []
    const cdn = await serve((asked, answer) => {
      seen.push(asked.headers.authorization)
      answer.writeHead(200, {
        'content-type': 'image/jpeg',
        'content-disposition': `inline; filename="x.jpg"; filename*=UTF-8''%D0%B4%D0%BE%D0%BC.jpg`,
      })
      answer.end('bytes')
    })
    const api = await serve((asked, answer) => {
      seen.push(asked.headers.authorization)
      answer.writeHead(307, { location: `${cdn}/x` }).end()
    })
    const file = await fetchOf(`${api}/2010-04-01/Accounts/A/Messages/M/Media/ME1`, api)
    expect(file).toEqual({ bytes: new TextEncoder().encode('bytes'), mime: 'image/jpeg', name: 'дом.jpg' })
    expect(seen).toEqual([`Basic ${btoa(`${ACCOUNT}:${TOKEN}`)}`, undefined])
  })

  test('no other host is ever asked', async () => {
    let asked = 0
    const other = await serve((_, answer) => {
      asked++
      answer.end('x')
    })
    for (const ref of [
      `${other}/a`,
      'https://api.twilio.com.example/a',
      'https://api.twilio.com:444/a',
      'file:///etc/passwd',
      '',
    ]) {
      await expect(fetchOf(ref)).rejects.toMatchObject({ code: '63019' })
    }
    await expect(fetchOf(`${other}/admin`, `${other}/sandbox/twilio`)).rejects.toMatchObject({ code: '63019' })
    await expect(fetchOf(`${other}/a`, 'http://127.0.0.1:1')).rejects.toMatchObject({ code: '63019' })
    expect(asked).toBe(0)
  })

  test('a circle and a missing file end', async () => {
    const api = await serve((asked, answer) => {
      if (asked.url === '/gone') answer.writeHead(404).end()
      else answer.writeHead(302, { location: '/again' }).end()
    })
    await expect(fetchOf(`${api}/a`, api)).rejects.toMatchObject({ code: '63019' })
    await expect(fetchOf(`${api}/gone`, api)).rejects.toMatchObject({ status: 404 })
  })

  test('a file over the limit is refused, whether or not it says so before', async () => {
    const api = await serve((asked, answer) => {
      if (asked.url === '/said') return void answer.writeHead(200, { 'content-length': 26 * 1024 * 1024 }).end()
      answer.writeHead(200)
      for (let mb = 0; mb < 26; mb++) answer.write(Buffer.alloc(1024 * 1024))
      answer.end()
    })
    for (const path of ['/said', '/unsaid']) await expect(fetchOf(api + path, api)).rejects.toMatchObject({ code: '11751' })
  })
})
