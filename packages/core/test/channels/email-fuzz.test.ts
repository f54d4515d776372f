/** Whatever bytes come as mail: no throw, no hang, and nothing comes out that is much larger than what went in. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connection } from '@throughline/core/channels/email/fixtures/calls.ts'
import { fixtures } from '@throughline/core/channels/email/fixtures/index.ts'
import { replies } from '@throughline/core/channels/email/fixtures/replies.ts'
import { email } from '@throughline/core/channels/email/index.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foreignFiles } from './foreign.ts'

const folder = fileURLToPath(new URL('../../src/channels/email/fixtures/', import.meta.url))
const own = readdirSync(folder)
  .filter((name) => name.endsWith('.eml'))
  .map((name) => new Uint8Array(readFileSync(join(folder, name))))
const SEEDS = [...own, ...foreignFiles('email').map(({ bytes }) => bytes)].filter(({ length }) => length < 200_000)

/** A fixed part for headers' worth of structure, and a factor for what decoding and laying out may add. */
const roomFor = (bytes: Uint8Array) => 20_000 + bytes.length * 12

async function parse(bytes: Uint8Array, method = 'MAIL') {
  const request = await fixtures.sign(bytes, connection)
  const events = await email.parse({ ...request, method }, connection)
  const files = events.flatMap((event) => ('files' in event ? (event.files ?? []) : []))
  const size = files.reduce(
    (sum, file) => sum + file.bytes.length,
    JSON.stringify(events.map((event) => ({ ...event, files: [] }))).length,
  )
  for (const event of events) if (event.type === 'message') expect(event.parts.length).toBeLessThanOrEqual(402)
  for (const event of events) if ('thread' in event) expect(JSON.stringify(event.thread).length).toBeLessThan(2048)
  return { events, size }
}

/** Bytes taken out, put in, repeated, or changed, in a few places. */
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  take: fc.nat({ max: 40 }),
  put: fc.uint8Array({ maxLength: 40 }),
  repeat: fc.integer({ min: 1, max: 20 }),
})
type Change = { at: number; take: number; put: Uint8Array; repeat: number }
const changed = (bytes: Uint8Array, changes: readonly Change[]) =>
  changes.reduce((before, { at, take, put, repeat }) => {
    const place = Math.floor(at * before.length)
    const middle = Array.from({ length: repeat }, () => put)
    return new Uint8Array(Buffer.concat([before.subarray(0, place), ...middle, before.subarray(place + take)]))
  }, bytes)

describe('fuzzing', () => {
  test('any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), fc.constantFrom('MAIL', 'EVENT'), async (bytes, method) => {
        expect((await parse(bytes, method)).size).toBeLessThan(roomFor(bytes))
      }),
      { numRuns: 300 },
    )
  })

  test('mails with bytes changed', async () => {
    expect(SEEDS.length).toBeGreaterThan(2)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...SEEDS), fc.array(change, { minLength: 1, maxLength: 6 }), async (seed, changes) => {
        const bytes = changed(seed, changes)
        expect((await parse(bytes)).size).toBeLessThan(roomFor(bytes))
      }),
      { numRuns: 400 },
    )
    console.log(`fuzzed over ${SEEDS.length} mails`)
  })

  test('lines of mails in any order', async () => {
    const lines = [
      ...own.flatMap((bytes) => Buffer.from(bytes).toString('latin1').split('\r\n')),
      ...replies.flatMap(({ mail }) => mail.split('\n')).slice(0, 60),
      '',
      '--b--',
      'Content-Type: multipart/mixed; boundary=b',
      '--b',
      'Content-Type: text/html',
      '<img src=cid:a@b>',
      'Content-ID: <a@b>',
      'Content-Type: image/png',
      'Content-Transfer-Encoding: base64',
      'Content-Type: multipart/report; boundary=b',
      'Content-Type: message/delivery-status',
      'Action: failed',
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...lines), { maxLength: 60 }), async (all) => {
        const bytes = new TextEncoder().encode(`From: a@b.example\r\n${all.join('\r\n')}`)
        expect((await parse(bytes)).size).toBeLessThan(roomFor(bytes))
      }),
      { numRuns: 300 },
    )
  })
})

describe('mails made to hurt', () => {
  const FROM = 'From: a@b.example\r\n'
  const html = (body: string) => `${FROM}Content-Type: text/html\r\n\r\n${body}`
  test.each([
    ['divs within divs', html('<div>'.repeat(100_000))],
    ['divs that others close', html('<div></b>'.repeat(50_000))],
    ['tables within tables', html('<table><tr><td>'.repeat(50_000))],
    ['quotes within quotes', html('<blockquote>x'.repeat(20_000))],
    ['an attribute without end', html(`<a href="${'x'.repeat(400_000)}`)],
    ['brackets', html('<'.repeat(400_000))],
    ['entities', html('&lt;'.repeat(100_000))],
    ['pictures', html('<img src="cid:a">'.repeat(30_000))],
    ['comments', html('<!--'.repeat(100_000))],
    ['styles', html(`<p style="${'a:b;'.repeat(100_000)}">x`)],
    ['addresses', `${FROM}Cc: ${'a@b.example, '.repeat(20_000)}\r\n\r\nhi`],
    ['groups', `${FROM}Cc: ${'a:'.repeat(50_000)}\r\n\r\nhi`],
    ['references', `${FROM}References: ${'<a@b>'.repeat(50_000)}\r\n\r\nhi`],
    ['encoded words', `${FROM}Subject: ${'=?utf-8?Q?a?= '.repeat(20_000)}\r\n\r\nhi`],
    ['parts', `${FROM}Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(20_000)}--b--`],
    ['raw bytes', `${FROM}Subject: ${'\u00ff'.repeat(1000)}\r\n\r\n${'\u00d0\u00ff'.repeat(200_000)}`],
    [
      'a status without end',
      `${FROM}Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n${'Action: failed\r\n\r\n'.repeat(20_000)}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <a@shop.example>\r\n\r\n--b--`,
    ],
  ])('%s', async (_, raw) => {
    const bytes = new Uint8Array(Buffer.from(raw, 'latin1'))
    const { events, size } = await parse(bytes)
    expect(events.length).toBeLessThan(5)
    expect(size).toBeLessThan(roomFor(bytes))
  })
})
