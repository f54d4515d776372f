/** Our Viber door held against Viber's own library: viber-bot receives what we let in, and we let in what it would take. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { fixtureConnection, fixtureRequest } from '@throughline/core/channels/fixture.ts'
import { viber } from '@throughline/core/channels/viber/index.ts'

const require = createRequire(import.meta.url)
const MessageValidator = require('viber-bot/lib/message/message-validator')
const jsonBigint = require('json-bigint')({ storeAsString: true })

const token = '44dafb7e0f40021e-61a47a1e6778d187-f2c5a676a07050b3'
const connection = fixtureConnection('viber', { credentials: { token } })
const logger = { debug() {}, info() {}, warn() {}, error() {} }
const library = new MessageValidator(logger, token)
const stranger = new MessageValidator(logger, 'another token')

const TEXTS = ['Hi', 'Привіт 🎄', 'a\\u0000b', '\\ud83d', '"quoted" \\\\ /', '批封廟根縄']
const bodyOf = (i) =>
  `{"event":"message","timestamp":17676000${String(i).padStart(5, '0')},"message_token":57413118035717${String(10_000 + i)},` +
  `"sender":{"id":"${randomBytes(16).toString('base64')}","name":"Ann"},"message":{"type":"text","text":${JSON.stringify(TEXTS[i % TEXTS.length])}}}`

test('both say the same of good, changed and forged requests, in the header and in the query', () => {
  let good = 0
  let bad = 0
  for (let i = 0; i < 300; i++) {
    const signed = bodyOf(i)
    const signature = (i % 5 === 4 ? stranger : library)._calculateHmacFromMessage(signed)
    const sent = i % 7 === 6 ? JSON.stringify(JSON.parse(signed)) : signed
    const given = i % 11 === 10 ? signature.slice(1) : signature
    const carried = i % 2 ? { headers: { 'x-viber-content-signature': given } } : { search: `sig=${given}` }
    const ours = viber.verify(fixtureRequest(connection, new TextEncoder().encode(sent), carried), connection)
    assert.equal(ours, library.validateMessage(given, sent), `request ${i}`)
    if (ours) good++
    else bad++
  }
  assert.ok(good > 50 && bad > 50, `${good} good, ${bad} bad`)
})

test('both read the same tokens, texts and senders', async () => {
  for (let i = 0; i < 300; i++) {
    const body = bodyOf(i)
    const theirs = jsonBigint.parse(body)
    const [event] = await viber.parse(fixtureRequest(connection, new TextEncoder().encode(body), {}), connection)
    assert.equal(event.messageId, theirs.message_token)
    assert.equal(event.from.address, theirs.sender.id)
    assert.deepEqual(event.parts, [{ type: 'text', text: theirs.message.text }])
  }
})
