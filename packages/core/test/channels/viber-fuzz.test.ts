/** Viber's door against whatever comes: never a throw, the same twice, nothing that an entry could not hold. */
import { readFileSync } from 'node:fs'
import { fixtures } from '@throughline/core/channels/viber/fixtures/index.ts'
import { viber } from '@throughline/core/channels/viber/index.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foreignFiles } from './foreign.ts'
import { anyBytes, largest, mutated } from './fuzz.ts'

const own = fixtures.cases.map(({ file, body = '' }) =>
  Buffer.from(file ? readFileSync(new URL(`../../src/channels/viber/fixtures/${file}`, import.meta.url)) : body).toString(),
)
const bases = [...own, ...foreignFiles('viber').map(({ bytes }) => Buffer.from(bytes).toString())].filter(
  (text) => text[0] === '{',
)

const holds = async (body: Uint8Array) => {
  const request = await fixtures.sign(body, fixtures.connection)
  const events = await viber.parse(request, fixtures.connection)
  expect(await viber.parse(request, fixtures.connection)).toEqual(events)
  expect(JSON.parse(JSON.stringify(events))).toEqual(events)
  expect(events.length).toBeLessThanOrEqual(1)
  expect(largest(events)).toBeLessThan(60_000)
  expect(viber.verify(request, fixtures.connection)).toBe(true)
  viber.answer?.(events, fixtures.connection)
}

describe('viber.parse', () => {
  test('of any bytes', () => fc.assert(fc.asyncProperty(anyBytes, holds), { numRuns: 500 }))
  test(`of ${bases.length} payloads, changed`, () => fc.assert(fc.asyncProperty(mutated(bases), holds), { numRuns: 120 }))

  test('of a megabyte made to be slow', async () => {
    const message = (fields: string) =>
      `{"event":"message","message_token":5741311803571721087,"sender":{"id":"a"},"message":{"type":"text",${fields}}}`
    const bodies = [
      '['.repeat(1_000_000),
      message(`"text":"a","x":${'['.repeat(100_000)}${']'.repeat(100_000)}`),
      message(`"text":"${'\\u0000'.repeat(150_000)}"`),
      message(`"text":"a","size":${'9'.repeat(900_000)}`),
      message(Array.from({ length: 60_000 }, (_, index) => `"f${index}":1`).join()),
      `{"event":"delivered","message_token":${'9'.repeat(900_000)}}`,
      `{"event":"${'x'.repeat(900_000)}"}`,
    ]
    for (const body of bodies) await holds(new TextEncoder().encode(body))
  })

  test('tokens of any length that Viber could give are exact', () =>
    fc.assert(
      fc.asyncProperty(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), async (token) => {
        const body = new TextEncoder().encode(`{"event":"delivered","message_token":${token},"user_id":"a"}`)
        const events = await viber.parse(await fixtures.sign(body, fixtures.connection), fixtures.connection)
        expect(events).toEqual([{ type: 'receipt', id: String(token), state: 'delivered' }])
      }),
    ))
})
