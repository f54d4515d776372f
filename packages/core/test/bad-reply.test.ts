/** Replies that cannot go out, and ids of another business: refused by a stable code, or an entry and a failure that the agent sees. */
import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { remove } from '../src/connection/change.ts'
import { readConnection } from '../src/connection/read.ts'
import type { Connection } from '../src/connector.ts'
import { change, mergeCustomers } from '../src/flow/change.ts'
import { redrive } from '../src/flow/dead.ts'
import { listCustomers } from '../src/flow/list.ts'
import { receive } from '../src/flow/receive.ts'
import { preview, reply } from '../src/flow/reply.ts'
import { readDelivery, readEntries } from '../src/flow/timeline.ts'
import { markRead, readCard } from '../src/flow/view.ts'
import type { Part } from '../src/message.ts'
import { type TestHub, testHub, WORKSPACE } from './hub.ts'

const olga = { kind: 'agent' as const, id: 'olga', name: 'Olga' }
const text = (said: string): Part[] => [{ type: 'text', text: said }]

let t: TestHub
let sms: Connection
let customer = ''
beforeEach(async () => {
  t = await testHub()
  sms = await t.connect('sms')
  await t.say(sms, { who: 1, text: 'Hello' })
  customer = await t.logOf(sms, 1)
  await t.drain()
})
afterEach(() => t.stop())

async function changesNothing(work: () => Promise<unknown>): Promise<void> {
  const before = await t.dump()
  await work()
  expect(t.queue.waiting).toEqual([])
  expect(await t.dump()).toEqual(before)
}

describe('no reachable identity', () => {
  const unreachable: Record<string, () => Promise<unknown>> = {
    'the channel is removed': () => remove(t.hub, WORKSPACE, sms.id),
    'they opted out': () => t.say(sms, { who: 1, text: 'STOP' }).then(() => t.drain()),
  }
  test.each(Object.entries(unreachable))('%s: 422, nothing stored', async (_name, happen) => {
    await happen()
    await changesNothing(async () => {
      const attempt = reply(t.hub, WORKSPACE, customer, { parts: text('Hi'), author: olga })
      await expect(attempt).rejects.toMatchObject({ status: 422, code: 'no_reachable_identity' })
      expect(await preview(t.hub, WORKSPACE, customer, { parts: text('Hi') })).toMatchObject({ ok: false })
      expect((await readCard(t.hub, WORKSPACE, customer)).reply.ok).toBe(false)
    })
  })

  test('a channel that the agent names and they are not on', async () => {
    await changesNothing(async () => {
      const attempt = reply(t.hub, WORKSPACE, customer, { parts: text('Hi'), author: olga, via: 'telegram' })
      await expect(attempt).rejects.toMatchObject({ status: 422, code: 'no_reachable_identity' })
    })
  })

  test('written in a tool: an entry, a failure that says why in its thread, and nothing sent', async () => {
    const slack = await t.connect('slack')
    t.clock.now += 1000
    await t.say(sms, { who: 1, text: 'Is anybody there?' })
    await t.drain()
    await t.say(sms, { who: 1, text: 'STOP' })
    await t.drain()
    const thread = t.provider.taken.find((one) => one.kind === 'slack')?.id ?? ''
    const before = t.provider.taken.length
    expect(await inSlack(slack, thread, 'We are!')).toEqual({ status: 200 })
    await t.drain()
    const { entries } = await readEntries(t.hub, WORKSPACE, customer, { limit: 100 })
    const said = entries.find((entry) => entry.kind === 'message' && entry.direction === 'out')
    expect(said?.author).toMatchObject({ kind: 'agent', tool: slack.id })
    expect(entries.filter((entry) => entry.kind === 'failure')).toMatchObject([{ data: { entry: said?.id, state: 'refused' } }])
    expect(await readDelivery(t.hub, WORKSPACE, said?.id ?? '')).toMatchObject({ state: 'refused' })
    const after = t.provider.taken.slice(before)
    expect(after.filter((one) => one.kind === 'sms')).toEqual([])
    expect(after.map((one) => one.text).join('\n')).toMatch(/Not sent: .*opted out/)
  })
})

/** An agent's line in a Slack thread, signed. */
async function inSlack(slack: Connection, ts: string, said: string) {
  const event = { type: 'message', channel: 'C0SUPPORT', user: 'U0AGENT01', text: said, ts: '1767600099.000100', thread_ts: ts }
  const body = JSON.stringify({ type: 'event_callback', event })
  const now = Math.floor(t.clock.now / 1000)
  const hmac = createHmac('sha256', String(slack.credentials.signingSecret)).update(`v0:${now}:${body}`).digest('hex')
  return receive(t.hub, slack.hook, {
    door: 'http',
    method: 'POST',
    url: slack.hookUrl,
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/json', 'x-slack-request-timestamp': String(now), 'x-slack-signature': `v0=${hmac}` },
    body: new TextEncoder().encode(body),
    now,
  })
}

describe('a reply that is none', () => {
  test.each([
    ['nothing', [], 'empty_reply', 400],
    ['white space', text(' \n\t '), 'empty_reply', 400],
    ['over 100,000 characters', text('x'.repeat(100_001)), 'reply_too_long', 400],
    ['a file of another business', [{ type: 'image', media: { blob: 'other/media/1/0' } }], 'unknown_media', 404],
    ['a file that only a channel knows', [{ type: 'image', media: { ref: 'x' } }], 'unknown_media', 400],
    ['a text of another business', [{ type: 'text', text: 'x', blob: 'other/text/1/0' }], 'unknown_media', 404],
  ] satisfies [string, Part[], string, number][])('%s', async (_name, parts, code, status) => {
    await changesNothing(() =>
      expect(reply(t.hub, WORKSPACE, customer, { parts, author: olga })).rejects.toMatchObject({ status, code }),
    )
  })

  test('the same key with another text: 409, the first one goes out unchanged, however long', async () => {
    const long = (word: string) => text(Array.from({ length: 3000 }, () => word).join(' '))
    await reply(t.hub, WORKSPACE, customer, { parts: long('first'), author: olga, key: 'k1' })
    const second = reply(t.hub, WORKSPACE, customer, { parts: long('second'), author: olga, key: 'k1' })
    await expect(second).rejects.toMatchObject({ status: 409, code: 'idempotency_mismatch' })
    await t.drain()
    const sent = t.provider.taken.map((one) => one.text).join(' ')
    expect(sent).toContain('first')
    expect(sent).not.toContain('second')
  })

  test('lone surrogates and NULs do not reach the provider', async () => {
    await reply(t.hub, WORKSPACE, customer, { parts: text('a\ud800b\u0000c'), author: olga })
    await t.drain()
    expect(t.provider.taken.at(-1)?.text).toBe('a\uFFFDbc')
  })
})

describe('ids of another business', () => {
  const unknown = { status: 404, code: 'unknown_customer' }

  test('lead nowhere, and change nothing', async () => {
    const entry = await reply(t.hub, WORKSPACE, customer, { parts: text('Hi'), author: olga })
    await t.drain()
    await changesNothing(async () => {
      const { hub } = t
      await expect(readCard(hub, 'other', customer)).rejects.toMatchObject(unknown)
      await expect(readEntries(hub, 'other', customer, {})).rejects.toMatchObject(unknown)
      await expect(markRead(hub, 'other', customer, 'olga')).rejects.toMatchObject(unknown)
      await expect(reply(hub, 'other', customer, { parts: text('Hi'), author: olga })).rejects.toMatchObject(unknown)
      await expect(preview(hub, 'other', customer, {})).rejects.toMatchObject(unknown)
      await expect(change(hub, 'other', customer, { kind: 'note', data: { text: 'x' } })).rejects.toMatchObject(unknown)
      await expect(mergeCustomers(hub, 'other', customer, customer, olga)).rejects.toMatchObject(unknown)
      await expect(readDelivery(hub, 'other', entry.id)).rejects.toMatchObject({ status: 404, code: 'unknown_entry' })
      await expect(redrive(hub, 'other', 'x')).rejects.toMatchObject({ status: 404, code: 'unknown_dead_letter' })
      await expect(remove(hub, 'other', sms.id)).rejects.toMatchObject({ status: 404, code: 'unknown_connection' })
      expect(await readConnection(hub, 'other', sms.id)).toBeUndefined()
      expect((await listCustomers(hub, 'other', {})).customers).toEqual([])
    })
  })

  test.each(['', '*', '../x', 'a#b', 'L#ws#x', 'x'.repeat(3000), '\ud800', "' OR 1=1"])('no id at all: %j', async (id) => {
    await changesNothing(() => expect(readCard(t.hub, WORKSPACE, id)).rejects.toMatchObject(unknown))
  })

  test('the same person at two businesses is two customers', async () => {
    const other = await t.connect('sms', { workspace: 'other' })
    await t.say(other, { who: 1, text: 'Hello there' })
    await t.drain()
    const theirs = await t.logOf(other, 1)
    expect(theirs).not.toBe(customer)
    expect((await readEntries(t.hub, 'other', theirs, {})).entries).toHaveLength(1)
    expect((await readEntries(t.hub, WORKSPACE, customer, {})).entries).toHaveLength(1)
    await expect(mergeCustomers(t.hub, WORKSPACE, customer, theirs, olga)).rejects.toMatchObject(unknown)
  })
})
