/** What only Viber knows: worked signatures, the query's signature, names, links, https. */
import { fixtureRequest } from '@throughline/core/channels/fixture.ts'
import { viberCalls } from '@throughline/core/channels/viber/calls.ts'
import { fixtures } from '@throughline/core/channels/viber/fixtures/index.ts'
import { viber } from '@throughline/core/channels/viber/index.ts'
import { readJson } from '@throughline/core/channels/viber/json.ts'
import { senderName } from '@throughline/core/channels/viber/name.ts'
import { describe, expect, test } from 'vitest'
import { testContext } from './context.ts'

const { connection } = fixtures

/** Worked by Viber's own library under the token of the fixtures; the first is its own test's. */
const VECTORS = [
  {
    body: '{"event":"webhook","timestamp":4977069964384421269,"message_token":1478683725125}',
    signature: 'd21b343448c8aee33b8e93768ef6ceb64a6ba6163099973a2b8bd028fea510ef',
    reSerialised: 'efdd2a42a3f67b0c25d30983572de3173b40872d56b9dedd836cc63790c65b05',
    events: [],
  },
  {
    body: '{"event":"message","timestamp":1763780000123,"message_token":5741311803571721087,"chat_hostname":"SN-CHAT-01_","sender":{"id":"xy5/5y6O81+/kbWHpLhBoA==","name":"Ёлка 🎄","language":"ru","country":"RU","api_version":10},"message":{"type":"text","text":"Здравствуйте!\\nКогда привезут заказ?"},"silent":false}',
    signature: '231594f840bd376d3364545067a6c39e1bfafc9a773d5618573ca05e62a9cbf1',
    reSerialised: '5edd732b8eda5e5cc4818b33a87d7a1e69f8c15daebb2517500ecb07829c2e13',
    events: [
      {
        type: 'message',
        id: 'message:5741311803571721087:xy5/5y6O81+/kbWHpLhBoA==',
        messageId: '5741311803571721087',
        parts: [{ type: 'text', text: 'Здравствуйте!\nКогда привезут заказ?' }],
      },
    ],
  },
]

describe.each(VECTORS)('worked signature $signature', ({ body, signature, reSerialised, events }) => {
  const request = (fields: object) => fixtureRequest(connection, new TextEncoder().encode(body), fields)

  test('passes in the header, and in the query where there is no header', () => {
    expect(viber.verify(request({ headers: { 'x-viber-content-signature': signature } }), connection)).toBe(true)
    expect(viber.verify(request({ search: `sig=${signature}` }), connection)).toBe(true)
  })

  test('that of the body read and written again does not', () => {
    expect(viber.verify(request({ headers: { 'x-viber-content-signature': reSerialised } }), connection)).toBe(false)
    expect(viber.verify(request({ search: `sig=${reSerialised}` }), connection)).toBe(false)
  })

  test('is read to the last digit', async () => {
    expect(await viber.parse(request({}), connection)).toMatchObject(events)
  })
})

test('numbers keep their digits, inside strings and out', () => {
  expect(
    readJson('{"a":9007199254740991,"b":9007199254740993,"c":-1.5e3,"d":"\\"message_token\\":9007199254740993","e":1e400}'),
  ).toEqual({
    a: 9007199254740991,
    b: '9007199254740993',
    c: -1500,
    d: '"message_token":9007199254740993',
    e: Number.POSITIVE_INFINITY,
  })
})

test('a sender has at most 28 characters and never half of one', () => {
  expect(senderName('x'.repeat(40))).toBe('x'.repeat(28))
  expect(senderName(`${'x'.repeat(27)}👋`)).toBe('x'.repeat(27))
  expect(senderName(`${'x'.repeat(26)}👋 later`)).toBe(`${'x'.repeat(26)}👋`)
  expect(senderName('\ud83d')).toBe('\ufffd')
  expect(senderName(undefined, '  ', 'Demo shop')).toBe('Demo shop')
  expect(senderName('')).toBe('Support')
})

test('without a public https address Viber cannot call, and says so before any call', async () => {
  const plain = { ...connection, hookUrl: 'http://127.0.0.1:8787/hooks/x' }
  const refused = { fetch: () => Promise.reject(new Error('no call was to be made')) }
  await expect(viberCalls.connect(plain, testContext(refused))).rejects.toMatchObject({ code: 'public_url_needed' })
})

test('the hand-off link opens the bot with its token', () => {
  expect(viber.linkTo?.(connection, 'k7Yx_2-Q')).toBe('viber://pa?chatURI=demoshop&context=k7Yx_2-Q')
})
