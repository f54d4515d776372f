/** Our Slack tool held against Slack's own packages: @slack/bolt checks signatures, @slack/web-api makes calls. `npm test` in this folder. */
import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { verifySlackRequest } from '@slack/bolt'
import { WebClient } from '@slack/web-api'
import { fixtureCard, fixtureConnection, fixtureRequest, incoming, viewOf } from '@throughline/core/tools/fixture.ts'
import { slackCalls } from '@throughline/core/tools/slack/calls.ts'
import { slack } from '@throughline/core/tools/slack/index.ts'

const signingSecret = '8f742231b10e8888abcd99yyyzzz85a5'
const token = 'xoxb-oracle-0001'
const connection = fixtureConnection('slack', {
  settings: { channel: 'C0SUPPORT' },
  credentials: { botToken: token, signingSecret },
  data: { user: 'U0BOT0001', channel: 'C0SUPPORT', named: true },
})
const signature = (secret, at, body) => `v0=${createHmac('sha256', secret).update(`v0:${at}:`).update(body).digest('hex')}`

/** Slack's own word on a request, as true or false. */
function bolt(body, headers, now) {
  try {
    verifySlackRequest({ signingSecret, body: body.toString(), headers, nowMilliseconds: now * 1000 })
    return true
  } catch {
    return false
  }
}

test('both say the same of good, late, changed and forged requests', () => {
  const now = 1_700_000_000
  let good = 0
  let bad = 0
  for (let i = 0; i < 300; i++) {
    const body = Buffer.from(`{"text":"${['Привет', '😀', 'a\\u0000b', randomBytes(i).toString('hex')][i % 4]}"}`)
    const at = now - [0, 1, 299, 300, 301, 100_000][i % 6]
    const secret = i % 5 === 4 ? 'another' : signingSecret
    const sent = i % 7 === 6 ? Buffer.concat([body, Buffer.from(' ')]) : body
    const mark = signature(secret, at, body)
    const headers = {
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': i % 11 === 10 ? mark.slice(0, -1) : i % 13 === 12 ? mark.replace('v0', 'v1') : mark,
    }
    const ours = slack.verify({ ...fixtureRequest(connection, sent, headers), now }, connection)
    assert.equal(ours, bolt(sent, headers, now), `request ${i}`)
    if (ours) good++
    else bad++
  }
  assert.ok(good > 50 && bad > 50, `${good} good, ${bad} bad`)
})

let server
let root
const seen = []
before(async () => {
  server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()))
    seen.push({ method: request.method, path: request.url, authorization: request.headers.authorization, form })
    response.setHeader('content-type', 'application/json')
    response.setHeader('x-oauth-scopes', 'chat:write,chat:write.customize')
    response.end(
      JSON.stringify({
        ok: true,
        channel: request.url === '/api/chat.postMessage' ? 'C0SUPPORT' : { id: 'C0SUPPORT', name: 'support', is_member: true },
        ts: '1.2',
        team_id: 'T1',
        user_id: 'U0BOT0001',
      }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  root = `http://127.0.0.1:${server.address().port}`
})
after(() => server.close())

const context = {
  now: Date.now,
  logger: { info() {}, warn() {}, error() {} },
  fetch,
  guardedFetch: fetch,
  timeout: 5000,
}

test('our calls arrive as those of the official client', async () => {
  const at = { ...connection, apiRoot: root }
  const client = new WebClient(token, { slackApiUrl: `${root}/api/`, retryConfig: { retries: 0 } })
  const quiet = { unfurl_links: false, unfurl_media: false }
  const marked = (event_payload) => ({ event_type: 'throughline', event_payload })
  const words = 'Где мой заказ? &lt;1&gt; &amp; 2'
  await slackCalls.connect(at, context)
  await slackCalls.open({ customer: 'cus_1', name: 'Anna', identities: [] }, at, context)
  await slackCalls.post('C0SUPPORT:1.1', viewOf(incoming, { why: 'SMS, because' }), fixtureCard, at, context)
  const ours = seen.splice(0)
  await client.auth.test()
  await client.conversations.info({ channel: 'C0SUPPORT' })
  await client.chat.postMessage({ ...quiet, channel: 'C0SUPPORT', text: '*Anna*', metadata: marked({ customer: 'cus_1' }) })
  await client.chat.postMessage({
    ...quiet,
    channel: 'C0SUPPORT',
    thread_ts: '1.1',
    metadata: marked({ entry: 'ent_in' }),
    text: words,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: words } },
      { type: 'context', elements: [{ type: 'mrkdwn', text: 'SMS, because' }] },
    ],
    username: 'Anna',
  })
  assert.equal(ours.length, 4)
  assert.deepEqual(ours, seen)
})
