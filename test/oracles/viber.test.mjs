/** Our Viber door held against Viber's own library: viber-bot receives what we let in, and we let in what it would take. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { fixtureConnection, fixtureRequest } from '@throughline/core/channels/fixture.ts'
import { fixtures } from '@throughline/core/channels/viber/fixtures/index.ts'
import { viber } from '@throughline/core/channels/viber/index.ts'
import { plain } from '@throughline/core/message.ts'
import { ann } from '../../packages/local/src/sandbox/ann.ts'
import { place, until } from '../../packages/local/test/place.ts'

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

const ViberClient = require('viber-bot/lib/viber-client')
const MessageFactory = require('viber-bot/lib/message/message-factory')
const factory = new MessageFactory(logger)
/** What the library would send for the same words: its own objects, read from ours and written again. Nothing said is nothing there. */
const told = (message) => JSON.parse(JSON.stringify(message, (_, value) => (value === '' || value === null ? undefined : value)))
const asTheirs = (message) => told(factory.createMessageFromJson({ message, timestamp: 1, message_token: '1' }).toJson())

test('what we send is what the library sends for it', () => {
  const sent = fixtures.calls.flatMap((one) => one.wire).filter(({ path }) => path === '/pa/send_message')
  const types = new Set()
  for (const { body } of sent) {
    const { receiver, sender, tracking_data, keyboard, ...message } = body
    assert.ok(receiver && sender.name.length <= 28 && tracking_data.length <= 4096)
    assert.deepEqual(told(message), asTheirs(message), JSON.stringify(message))
    types.add(message.type)
  }
  assert.deepEqual([...types].sort(), ['contact', 'file', 'location', 'picture', 'text', 'video'])
})

test('both read the same out of every message that a customer can send', async () => {
  for (const { file } of fixtures.cases) {
    if (!file || /future/.test(file)) continue
    const body = readFileSync(new URL(`../../packages/core/src/channels/viber/fixtures/${file}`, import.meta.url), 'utf8')
    const theirs = jsonBigint.parse(body)
    if (theirs.event !== 'message' || theirs.chat_id) continue
    const message = asTheirs(theirs.message)
    const [event] = await viber.parse(fixtureRequest(connection, Buffer.from(body), {}), connection)
    const said = plain(event.parts)
    assert.equal(event.messageId, theirs.message_token, file)
    for (const word of [message.text, message.file_name, message.contact?.phone_number, message.location?.lat])
      if (word) assert.ok(said.includes(String(word)), `${file}: ${said} lacks ${word}`)
    if (message.media && message.type !== 'url') assert.equal(event.parts[0].media.ref, message.media, file)
  }
})

test("the library is a client of the sandbox's Viber, and believes what that tells", async () => {
  const here = await place()
  const bot = { name: 'Shop', avatar: '', authToken: here.state.viber.token }
  const client = new ViberClient(logger, bot, `${here.origin}/viber/pa`, ['delivered', 'seen'])
  try {
    assert.equal((await client.setWebhook(here.hook)).status, 0)
    assert.equal((await client.getAccountInfo()).webhook, here.hook)
    await here.sandbox.phones.viber.write({ text: 'Hi' })
    assert.equal((await client.getUserDetails(ann.viber)).user.name, ann.name)
    const text = factory.createMessageFromJson({ message: { type: 'text', text: 'Hello' } })
    const sent = await client.sendMessage(ann.viber, 'text', text.toJson())
    assert.equal(sent.status, 0)
    await until(() => here.heard.length >= 4 && here.state.outbox.length === 0)
    const validator = new MessageValidator(logger, bot.authToken)
    const heard = here.heard.map(({ headers, body }) => {
      assert.ok(validator.validateMessage(headers['x-viber-content-signature'], body))
      return jsonBigint.parse(body)
    })
    assert.deepEqual(
      heard.map(({ event }) => event),
      ['webhook', 'message', 'delivered', 'seen'],
    )
    assert.equal(factory.createMessageFromJson(heard[1]).text, 'Hi')
    assert.equal(heard[2].message_token, heard[3].message_token)
    assert.ok(BigInt(heard[2].message_token) > BigInt(Number.MAX_SAFE_INTEGER))
  } finally {
    await here.close()
  }
})
