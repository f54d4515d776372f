/**
 * What we send to Twilio, held against two that are not ours: Twilio's OpenAPI document served by Prism (HUB_SPECS), which refuses what
 * it does not describe, and Twilio's own library, which must make the same calls. `npm test` in this folder.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { smsCalls } from '@throughline/core/channels/sms/calls.ts'
import { fixtures as smsFixtures } from '@throughline/core/channels/sms/fixtures/index.ts'
import { sms } from '@throughline/core/channels/sms/index.ts'
import { whatsappCalls } from '@throughline/core/channels/whatsapp/calls.ts'
import { fixtures as whatsappFixtures } from '@throughline/core/channels/whatsapp/fixtures/index.ts'
import { whatsapp } from '@throughline/core/channels/whatsapp/index.ts'
import { lower } from '@throughline/core/delivery/lower.ts'
import { ACCOUNT, CREATED, sidOf, TOKEN } from '@throughline/core/sdk/twilio/fixture.ts'
import twilio from 'twilio'

const specs = process.env.HUB_SPECS
const context = (fields = {}) => ({
  now: () => 1767600000000,
  logger: { info() {}, warn() {}, error() {} },
  fetch,
  guardedFetch: fetch,
  timeout: 5_000,
  reference: 'ws.01HX.7.0',
  bytes: async () => new Uint8Array([1]),
  link: (media) => `https://hub.example/media/${media.blob}.signature`,
  ...fields,
})

const listening = (server) => once(server.listen(0, '127.0.0.1'), 'listening').then(() => server.address().port)
const freePort = async () => {
  const server = createServer()
  const port = await listening(server)
  await once(server.close(), 'close')
  return port
}

/** Answers as it was told and remembers what came, byte for byte. */
const seen = []
let answers = []
let standIn
let root
let prism
let prismRoot
before(async () => {
  standIn = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const { method, url, headers } = request
    seen.push({
      method,
      url,
      type: headers['content-type'],
      authorization: headers.authorization,
      body: Buffer.concat(chunks).toString(),
    })
    const { status = 200, json = {} } = answers.shift() ?? CREATED
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
  })
  root = `http://127.0.0.1:${await listening(standIn)}`
  if (specs) await startPrism()
})
after(() => {
  prism?.kill()
  standIn.closeAllConnections()
  standIn.close()
})

/** What OpenAPI has as the default for lists in a form, and Prism only where it is written; else it takes a form's `+` for a reserved sign. */
function explicit(document) {
  const head = '            schema:\n              type: object\n              title: CreateMessageRequest\n'
  assert.equal(document.split(head).length, 2)
  const list = (name) =>
    `              ${name}:\n                style: form\n                explode: true\n                allowReserved: true\n`
  return document.replace(head, `            encoding:\n${list('MediaUrl')}${list('PersistentAction')}${head}`)
}

async function startPrism() {
  const document = join(mkdtempSync(join(tmpdir(), 'twilio-')), 'twilio.yaml')
  writeFileSync(document, explicit(readFileSync(join(specs, 'twilio_api_v2010.yaml'), 'utf8')))
  const port = await freePort()
  const cli = createRequire(import.meta.url).resolve('@stoplight/prism-cli/dist/index.js')
  const options = ['mock', '-h', '127.0.0.1', '-p', String(port), document]
  prism = spawn(process.execPath, [cli, ...options], { stdio: 'ignore' })
  prismRoot = `http://127.0.0.1:${port}`
  for (let tries = 0; tries < 600; tries++) {
    assert.equal(prism.exitCode, null, 'Prism ended')
    const open = await new Promise((told) => {
      const socket = connect(port, '127.0.0.1', () => told(true)).on('error', () => told(false))
      socket.unref()
    })
    if (open) return
    await new Promise((later) => setTimeout(later, 200))
  }
  throw new Error('Prism did not start')
}

/** An empty URL takes a webhook away; the document knows only whole ones. */
const filled = (body) => new URLSearchParams([...new URLSearchParams(body)].filter(([, value]) => value !== '')).toString()

/** Prism's word on one request as it went out. */
async function judged({ method, url, type, authorization, body }) {
  const headers = { ...(type && { 'content-type': type }), ...(authorization && { authorization }) }
  const response = await fetch(prismRoot + url, { method, headers, ...(body && { body: filled(body) }) })
  return response.ok ? 'ok' : `${response.status} ${await response.text()}`
}
async function accepted(requests) {
  for (const request of requests) assert.equal(await judged(request), 'ok', `${request.method} ${request.url} ${request.body}`)
}
const ofApi = (requests) => requests.filter(({ url }) => url.startsWith('/2010-04-01/'))

/** Every call that the fixtures make, as it went out. */
async function fixtureCalls() {
  seen.length = 0
  for (const [calls, fixtures] of [
    [smsCalls, smsFixtures],
    [whatsappCalls, whatsappFixtures],
  ])
    for (const one of fixtures.calls) {
      answers = [...one.answers]
      const connection = { ...fixtures.connection, ...one.connection, apiRoot: root }
      await one.run(calls, connection, context()).catch((error) => assert.ok(one.fails, `${one.name}: ${error}`))
    }
  return [...seen]
}

test('every call of the fixtures is one that Twilio’s document describes', async () => {
  const requests = ofApi(await fixtureCalls())
  const sends = requests.filter(({ url }) => url.endsWith('/Messages.json'))
  assert.ok(requests.length > 50 && sends.length > 12, `${requests.length} requests, ${sends.length} of them messages`)
  if (!specs) return console.log('HUB_SPECS is not set: nobody judged them')
  await accepted(requests)
  console.log(`Prism accepted ${requests.length} requests, ${sends.length} of them messages`)
})

test('Prism refuses what is wrong: it does look', async () => {
  if (!specs) return
  const [{ authorization }] = seen
  const message = (fields, more = {}) => {
    const body = new URLSearchParams(fields).toString()
    const type = 'application/x-www-form-urlencoded'
    return judged({ method: 'POST', url: `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`, type, authorization, body, ...more })
  }
  assert.equal(await message({ To: '+15005550006', Body: 'x' }), 'ok')
  assert.match(await message({ Body: 'x' }), /^422 .*'To'/)
  assert.match(await message({ To: '+15005550006', StatusCallback: 'no address' }), /^422/)
  assert.match(await message({ To: '+15005550006', ContentSid: 'hello_world' }), /^422/)
  assert.match(await message({ To: '+15005550006' }, { authorization: undefined }), /^401/)
  assert.match(await message({ To: '+15005550006' }, { url: '/2010-04-01/Accounts/AC1/Messages.json' }), /^422/)
})

/** Deterministic, so that what fails fails again. */
const words = ['Привет', '😀', 'a&b=c', '50% + 1', '\n', '«ё»', 'https://example.com/?q=1#x', '🏳️‍🌈', '"quoted"', 'x'.repeat(300)]
const said = (n) => Array.from({ length: 1 + (n % 9) }, (_, index) => words[(n * 7 + index * 3) % words.length]).join(' ')
const partsOf = (n) => [
  { type: 'text', text: said(n), marks: [{ kind: 'bold', start: 0, end: 3 }] },
  { type: 'image', media: { blob: `b${n}`, mime: 'image/jpeg', size: 1000 }, ...(n % 2 ? { caption: said(n + 1) } : {}) },
  {
    type: 'file',
    media: { blob: `f${n}`, mime: n % 3 ? 'application/pdf' : 'application/zip', name: `${said(n)}.pdf` },
    caption: said(n + 2),
  },
  { type: 'audio', media: { blob: `a${n}`, mime: 'audio/ogg' } },
  { type: 'location', latitude: (n * 37) % 90, longitude: -((n * 53.123456789) % 180), title: said(n), address: said(n + 3) },
  { type: 'contact', name: said(n), phone: '+15005550009' },
  { type: 'buttons', text: said(n), buttons: [{ label: 'Tea' }, { label: 'Coffee', url: 'https://example.com' }] },
  { type: 'template', id: sidOf('HX', n), variables: n % 2 ? { 1: said(n), two: 'x' } : {}, text: said(n) },
]

test('whatever an agent writes, what it becomes is accepted', async () => {
  seen.length = 0
  answers = []
  const ways = [
    [sms, smsCalls, smsFixtures.connection, '+15005550006'],
    [sms, smsCalls, { ...smsFixtures.connection, data: { mms: false } }, '+15005550006'],
    [whatsapp, whatsappCalls, whatsappFixtures.connection, '+15005550006'],
    [whatsapp, whatsappCalls, whatsappFixtures.connection, 'US.13491208655302741918'],
  ]
  for (let n = 0; n < 6; n++)
    for (const [channel, calls, connection, to] of ways)
      for (const unit of lower(partsOf(n), channel.capabilities, (part) => context().link(part.media)))
        await calls.send(unit, to, { ...connection, apiRoot: root }, context())
  assert.ok(seen.length > 150 && seen.length < 400, `${seen.length} messages`)
  for (const { body } of seen) {
    const fields = new URLSearchParams(body)
    assert.ok((fields.get('Body') ?? '').length <= 1600)
    assert.ok(fields.has('Body') || fields.has('MediaUrl') || fields.has('ContentSid'), body)
  }
  if (!specs) return
  await accepted(seen)
  console.log(`Prism accepted ${seen.length} messages`)
})

test('Twilio’s own library makes the same calls of the services, senders and indicators that we call by hand', async () => {
  const ours = (await fixtureCalls()).filter(({ url }) => !ofApi([{ url }]).length || url.endsWith(`/Accounts/${ACCOUNT}.json`))
  const recorded = []
  const httpClient = {
    async request({ method, uri, params, data }) {
      const url = new URL(uri)
      for (const [name, value] of Object.entries(params ?? {})) if (value !== undefined) url.searchParams.append(name, value)
      const body = new URLSearchParams(Object.entries(data ?? {}).map(([name, value]) => [name, String(value)])).toString()
      recorded.push({ method: method.toUpperCase(), host: url.host, url: url.pathname + url.search, body })
      const json = { services: [], senders: [], meta: { key: url.pathname.includes('Senders') ? 'senders' : 'services' } }
      return { statusCode: method === 'post' ? 201 : 200, body: json, headers: {} }
    },
  }
  const client = twilio(ACCOUNT, TOKEN, { httpClient })
  const hook = (url) => `${url}#rc=5&rp=ct,5xx,rt&rt=4000&tt=15000`
  const url = hook(smsFixtures.connection.hookUrl)
  const service = client.messaging.v1.services(sidOf('MG', 1))
  await client.api.v2010.accounts(ACCOUNT).fetch()
  await client.messaging.v1.services.list({ pageSize: 50, limit: 50 })
  await service.fetch()
  await service.update({ inboundRequestUrl: url, inboundMethod: 'POST', fallbackUrl: url, useInboundWebhookOnNumber: false })
  await service.update({ inboundRequestUrl: '', fallbackUrl: '' })
  for (const number of [1, 2, 3]) await client.messaging.v1.services(sidOf('MG', number)).phoneNumbers(sidOf('PN', 1)).fetch()
  await service.shortCodes(sidOf('SC', 1)).fetch()
  await service.channelSenders(sidOf('XE', 1)).fetch()
  await client.messaging.v2.channelsSenders.list({ channel: 'whatsapp', pageSize: 100, limit: 100 })
  await client.messaging.v2.typingIndicator.create({ channel: 'whatsapp', messageId: `SM${'1'.repeat(32)}` })
  const sorted = (text) => new URLSearchParams([...new URLSearchParams(text)].toSorted()).toString()
  const key = ({ method, url: path, body }) => `${method} ${path} ${sorted(body)}`
  const known = new Set(recorded.map(key))
  // The library writes the fields of a sender's webhook in the wrong case, so these alone are ours; and the page after the first.
  const byHand = ({ method, url: path }) => (method === 'POST' && path.includes('/Senders/')) || path.endsWith('/Senders?Page=1')
  const made = new Set(ours.filter((one) => !byHand(one)).map(key))
  assert.ok(made.size >= 10, `${made.size} different calls`)
  for (const one of made) assert.ok(known.has(one), `the library does not call ${one}\n${[...known].join('\n')}`)
  for (const { host, url: path } of recorded)
    assert.equal(host, path.startsWith('/2010') ? 'api.twilio.com' : 'messaging.twilio.com')
})
