/** Telegram's door against whatever comes: never a throw, the same twice, nothing that an entry could not hold. */
import { readFileSync } from 'node:fs'
import { fixtures } from '@throughline/core/channels/telegram/fixtures/index.ts'
import { telegram } from '@throughline/core/channels/telegram/index.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foreignFiles } from './foreign.ts'
import { anyBytes, largest, mutated } from './fuzz.ts'

const own = fixtures.cases.map(({ file, body = '' }) =>
  Buffer.from(file ? readFileSync(new URL(`../../src/channels/telegram/fixtures/${file}`, import.meta.url)) : body).toString(),
)
const bases = [...own, ...foreignFiles('telegram').map(({ bytes }) => Buffer.from(bytes).toString())].filter(
  (text) => text[0] === '{',
)

const holds = async (body: Uint8Array) => {
  const request = await fixtures.sign(body, fixtures.connection)
  const events = await telegram.parse(request, fixtures.connection)
  expect(await telegram.parse(request, fixtures.connection)).toEqual(events)
  expect(JSON.parse(JSON.stringify(events))).toEqual(events)
  expect(events.length).toBeLessThanOrEqual(1000)
  expect(largest(events)).toBeLessThan(150_000)
  telegram.answer?.(events, fixtures.connection)
}

describe('telegram.parse', () => {
  test('of any bytes', () => fc.assert(fc.asyncProperty(anyBytes, holds), { numRuns: 500 }))
  test(`of ${bases.length} payloads, changed`, () => fc.assert(fc.asyncProperty(mutated(bases), holds), { numRuns: 400 }))

  test('of a megabyte made to be slow', async () => {
    const message = (fields: string) =>
      `{"update_id":1,"message":{"message_id":1,"date":1,"chat":{"id":7,"type":"private"},"from":{"id":7},${fields}}}`
    const bodies = [
      '['.repeat(1_000_000),
      message(`"rich_message":{"blocks":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      message(`"rich_message":{"blocks":[${'{"text":["a",{"text":"b"}]},'.repeat(30_000)}0]}`),
      message(`"text":"/start ${' '.repeat(900_000)}x"`),
      message(
        `"text":"a","entities":[${'{"type":"text_link","offset":0,"length":1,"url":"https://a.example"},'.repeat(12_000)}0]`,
      ),
      message(
        `"text":"a","entities":[${`{"type":"text_link","offset":0,"length":1,"url":"https://a.example/${'u'.repeat(4000)}"},`.repeat(230)}0]`,
      ),
      message(Array.from({ length: 60_000 }, (_, index) => `"f${index}":1`).join()),
      `{"update_id":1,"deleted_business_messages":{"business_connection_id":"b","chat":{"id":7,"type":"private"},"message_ids":[${'1,'.repeat(400_000)}2]}}`,
    ]
    for (const body of bodies) await holds(new TextEncoder().encode(body))
  })
})
