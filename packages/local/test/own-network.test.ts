/** What administrators name may not lead into our own network, not even to this very hub. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { API_KEY, openHub, type TestHub } from './hub.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await openHub()
})
afterAll(() => hub.end())

const connecting = async (body: object) => {
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' }
  const answer = await fetch(`${hub.base}/v1/connections`, { method: 'POST', headers, body: JSON.stringify(body) })
  return [answer.status, (await answer.json()).code]
}

test('a webhook cannot be sent to the sandbox of this hub', async () => {
  const url = `${hub.base}/sandbox/phones/viber/block`
  expect(await connecting({ kind: 'webhook', settings: { url } })).toEqual([422, 'url_refused'])
})

test('a mailbox cannot send through a server of our own network, the sandbox’s neither', async () => {
  for (const host of [`127.0.0.1:${hub.smtpPort}`, 'localhost:22', '[::1]:25', '169.254.169.254:25', '10.0.0.1']) {
    const wanted = { kind: 'email', settings: { address: 'a@demo.example' }, credentials: { smtpUrl: `smtp://${host}` } }
    expect([host, await connecting(wanted)]).toEqual([host, [422, 'url_refused']])
  }
})
