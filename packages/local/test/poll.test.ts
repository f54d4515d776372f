/** A bot of the provider's own, on a machine that nobody can call: polled as long as its connection stands. */

import { remove } from '@throughline/core/connection/change.ts'
import { connect } from '@throughline/core/connection/connect.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pollers } from '../src/timers.ts'
import { openHub, type TestHub } from './hub.ts'
import { until } from './place.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await openHub()
})
afterAll(() => hub.end())

test('updates of a connection without an API root are fetched, until it is removed', async () => {
  const { sandbox } = hub
  const { telegram } = sandbox.book.state
  /** The provider's own address leads to the sandbox here: to the hub this bot is a real one. */
  const elsewhere: typeof fetch = (input, init) =>
    hub.hub.fetch(String(input).replace('https://api.telegram.org', `${hub.base}/sandbox/telegram`), init)
  const laptop = { ...hub.hub, fetch: elsewhere }
  await remove(laptop, 'demo', sandbox.book.state.seeded.telegram ?? '')
  const { connection } = await connect(laptop, 'demo', { kind: 'telegram', credentials: { token: telegram.token } })
  expect(telegram.webhook).toBeUndefined()

  const polling = pollers(laptop, 10)
  await sandbox.phones.telegram.write({ text: 'fetched, not pushed' })
  const customer = await until(async () => (await hub.customers())[0])
  expect(await hub.entries(customer.id)).toMatchObject([{ connection: connection.id, parts: [{ text: 'fetched, not pushed' }] }])

  await remove(laptop, 'demo', connection.id)
  await polling.stop()
  await sandbox.phones.telegram.write({ text: 'nobody fetches this' })
  expect(sandbox.book.state.outbox.map(({ body }) => body)).toContainEqual(expect.stringContaining('nobody fetches this'))
})
