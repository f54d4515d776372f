/** Twilio's form parser against anything: bytes, fields of any name and value, fixtures deformed. No throw, no hang, nothing grows. */
import { readFileSync } from 'node:fs'
import type { ChannelEvent } from '@throughline/core/channel.ts'
import { fixtures as smsFixtures } from '@throughline/core/channels/sms/fixtures/index.ts'
import { sms } from '@throughline/core/channels/sms/index.ts'
import { fixtures as whatsappFixtures } from '@throughline/core/channels/whatsapp/fixtures/index.ts'
import { whatsapp } from '@throughline/core/channels/whatsapp/index.ts'
import type { HookRequest } from '@throughline/core/connector.ts'
import { signTwilio } from '@throughline/core/sdk/twilio/fixture.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const pairs = [
  { channel: sms, fixtures: smsFixtures },
  { channel: whatsapp, fixtures: whatsappFixtures },
]
const bodiesOf = ({ channel, fixtures }: (typeof pairs)[number]): string[] =>
  fixtures.cases.map(({ body, file }) =>
    file === undefined
      ? String(body ?? '')
      : readFileSync(new URL(`../../src/channels/${channel.kind}/fixtures/${file}`, import.meta.url), 'utf8'),
  )

/** Every field that the parser reads, and some that mean something to JavaScript. */
const NAMES = [
  ...[
    'MessageSid',
    'SmsSid',
    'MessageStatus',
    'SmsStatus',
    'ErrorCode',
    'From',
    'To',
    'Body',
    'NumMedia',
    'MediaUrl0',
    'MediaUrl1',
  ],
  ...['MediaContentType0', 'Latitude', 'Longitude', 'Label', 'Address', 'OptOutType', 'ProfileName', 'WaId', 'ExternalUserId'],
  ...['ButtonText', 'ButtonPayload', 'ListId', 'ListTitle', 'ListDescription', 'FlowData', 'InteractiveData', 'MessageType'],
  ...[
    'ReferralSourceId',
    'ReferralHeadline',
    'Forwarded',
    'FrequentlyForwarded',
    'OriginalRepliedMessageSid',
    'EventType',
    'CallSid',
  ],
  ...['__proto__', 'constructor', 'toString', '', 'MediaUrl-1', 'MediaUrl1e9'],
]
const VALUES = [
  ...[
    '',
    '0',
    '-1',
    '1e9',
    'NaN',
    'Infinity',
    '10',
    'true',
    'received',
    'delivered',
    'failed',
    '63016',
    'whatsapp:',
    'whatsapp:+1',
  ],
  ...[
    'whatsapp:US.1',
    '+15005550006',
    'SHOP',
    'STOP',
    'YES',
    'image/png',
    'text/vcard',
    '{"a":{"b":[1]}}',
    '[1]',
    '{"__proto__":1}',
    '\u0000',
  ],
]
const value = fc.oneof(fc.constantFrom(...VALUES), fc.string({ unit: 'binary', maxLength: 40 }))
const name = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: fc.string({ maxLength: 12 }) })
const anyForm = fc.array(fc.tuple(name, value), { maxLength: 25 }).map((fields) => new URLSearchParams(fields).toString())
const mutated = (bodies: string[]) =>
  fc
    .tuple(
      fc.constantFrom(...bodies),
      fc.array(fc.tuple(fc.nat(4000), fc.nat(40), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 5 }),
    )
    .map(([body, cuts]) =>
      cuts.reduce(
        (text, [at, gone, put]) => text.slice(0, at % (text.length + 1)) + put + text.slice((at % (text.length + 1)) + gone),
        body,
      ),
    )

const requestOf = (body: Uint8Array, type: string, method = 'POST'): HookRequest => {
  const search = method === 'GET' ? new TextDecoder().decode(body) : ''
  const headers = { 'content-type': type, 'x-twilio-signature': 'AAAA' }
  const query = new URLSearchParams(search)
  return { door: 'http', method, url: `https://hub.example/hooks/h?${search}`, query, headers, body, now: 1767600000 }
}
const FORM = 'application/x-www-form-urlencoded'

describe.each(pairs)('$channel.kind', (pair) => {
  const { channel, fixtures } = pair
  const { connection } = fixtures
  const bodies = bodiesOf(pair)

  async function holds(request: HookRequest): Promise<void> {
    const events = await channel.parse(request, connection)
    expect(await channel.parse(request, connection)).toEqual(events)
    expect(JSON.parse(JSON.stringify(events))).toEqual(events)
    expect(events.length).toBeLessThanOrEqual(2)
    for (const event of events) sound(event, request.body.length)
    expect(channel.answer?.(events, connection)).toMatchObject({ status: 200 })
    expect(await channel.verify(request, connection)).toBe(false)
  }

  test('bytes of any kind, as a form, as JSON, in the query', async () => {
    const type = fc.constantFrom(FORM, `${FORM}; charset=utf-8`, 'application/json', 'text/plain', '', 'multipart/form-data')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), type, fc.constantFrom('POST', 'GET', 'PUT'), (bytes, mime, method) =>
        holds(requestOf(bytes, mime, method)),
      ),
      { numRuns: 500 },
    )
  })

  test('forms of known and unknown fields with any values', async () => {
    await fc.assert(
      fc.asyncProperty(anyForm, (body) => holds(requestOf(new TextEncoder().encode(body), FORM))),
      { numRuns: 1500 },
    )
  })

  test('its own fixtures, cut and overwritten anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(mutated(bodies), (body) => holds(requestOf(new TextEncoder().encode(body), FORM))),
      { numRuns: 1500 },
    )
  })

  test('what is signed is accepted, whatever fields it has', async () => {
    await fc.assert(
      fc.asyncProperty(anyForm, fc.constantFrom('', 'm=a.b.1.0', 'x=%2B&y=+'), async (body, query) => {
        const all = new TextEncoder().encode(`AccountSid=${connection.credentials.accountSid}&${body}`)
        expect(await channel.verify(signTwilio(all, connection, query), connection)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('a megabyte of one thing is read once, not again and again', async () => {
    const base = `AccountSid=${connection.credentials.accountSid}&MessageSid=SM1&From=whatsapp:%2B15005550006&`
    const distinct = Array.from({ length: 100_000 }, (_, n) => `a${n}=b&`).join('')
    for (const piece of ['a', '&', '=', 'a&', 'Body=a&', '%', '%D0', '+', 'FlowData={"a":', 'Body=%5B', distinct])
      for (const start of [base, `${base}Body=`, `${base}FlowData=`, `${base}MediaContentType0=`, `${base}NumMedia=`]) {
        const request = requestOf(new TextEncoder().encode(start + piece.repeat(Math.ceil(1_000_000 / piece.length))), FORM)
        await channel.parse(request, connection)
        if (start === base && (piece === 'a&' || piece === distinct))
          expect(await channel.verify(request, connection)).toBe(false)
      }
  })
})

/** What every event owes to the hub. */
function sound(event: ChannelEvent, size: number): void {
  // No part says more than came in, but for the few words that we put before it.
  expect(JSON.stringify(event).length).toBeLessThan(size * 8 + 1500)
  if (!('from' in event)) return
  expect(event.id).not.toBe('')
  expect(event.from.address).not.toBe('')
  if (event.from.phone) expect(event.from.phone).toMatch(/^\+[1-9]\d{6,14}$/)
  if (event.type !== 'message') return
  expect(event.parts.length).toBeGreaterThan(0)
  expect(event.parts.length).toBeLessThanOrEqual(16)
}
