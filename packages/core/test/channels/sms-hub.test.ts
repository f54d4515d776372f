/** SMS through the whole hub: senders that nobody can answer, Messaging Services, retries of Twilio's. */
import type { Connection } from '@throughline/core/connector.ts'
import { mergeCustomers } from '@throughline/core/flow/change.ts'
import { preview, reply } from '@throughline/core/flow/reply.ts'
import { readEntries } from '@throughline/core/flow/timeline.ts'
import { readCard } from '@throughline/core/flow/view.ts'
import { findLog } from '@throughline/core/identity/record.ts'
import { identityKey } from '@throughline/core/identity.ts'
import { form, signTwilio } from '@throughline/core/sdk/twilio/fixture.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type TestHub, testHub, WORKSPACE } from '../hub.ts'

const olga = { kind: 'agent' as const, id: 'olga', name: 'Olga' }
const MG = `MG${'0'.repeat(31)}1`
const ANN = '+15005551001'

let t: TestHub
beforeEach(async () => {
  t = await testHub()
})
afterEach(() => t.stop())

async function post(connection: Connection, fields: Record<string, string>): Promise<void> {
  const body = new TextEncoder().encode(form({ MessageSid: 'SM1', To: '+15005550001', Body: 'Hi', ...fields }))
  expect(await t.enter(connection, signTwilio(body, connection))).toMatchObject({ status: 200 })
  await t.drain()
}
async function customerOf(address: string): Promise<string> {
  const log = await findLog(t.hub.store, WORKSPACE, identityKey('sms', 'global', '', address))
  return (await readCard(t.hub, WORKSPACE, log ?? '')).id
}
const messagesOf = async (customer: string) =>
  (await readEntries(t.hub, WORKSPACE, customer, { limit: 100 })).entries.filter(({ kind }) => kind === 'message')

describe.each(['Sberbank', '900'])('%s writes', (name) => {
  test('and is read, but not answered: 422 in words, and nothing is sent', async () => {
    const sms = await t.connect('sms')
    await post(sms, { From: name, Body: 'Code 1234' })
    const customer = await customerOf(name)
    expect(await messagesOf(customer)).toHaveLength(1)
    const words = `Nowhere to send; SMS takes no answers to ${name}.`
    expect(await preview(t.hub, WORKSPACE, customer, {})).toMatchObject({ ok: false, words })
    const attempt = reply(t.hub, WORKSPACE, customer, { parts: [{ type: 'text', text: 'Hi' }], author: olga })
    await expect(attempt).rejects.toMatchObject({ status: 422, code: 'no_reachable_identity', words })
    expect(t.provider.taken).toEqual([])
  })

  test('after an agent said who it is, the answer goes where it can', async () => {
    const sms = await t.connect('sms')
    await post(sms, { MessageSid: 'SM1', From: ANN })
    await post(sms, { MessageSid: 'SM2', From: name })
    await mergeCustomers(t.hub, WORKSPACE, await customerOf(ANN), await customerOf(name), olga)
    await t.drain()
    await reply(t.hub, WORKSPACE, await customerOf(ANN), { parts: [{ type: 'text', text: 'Hi' }], author: olga })
    await t.drain()
    expect(t.provider.taken.map(({ to }) => to)).toEqual([ANN])
  })
})

describe('a Messaging Service', () => {
  test('customers write to any of its numbers and stay one; the account of the claims is the service', async () => {
    const sms = await t.connect('sms', { settings: { from: undefined, messagingServiceSid: MG } })
    expect(sms.account).toBe(`AC00000000000000000000000000000001:${MG}`)
    await post(sms, { MessageSid: 'SM1', From: ANN, To: '+15005550001', MessagingServiceSid: MG })
    await post(sms, { MessageSid: 'SM2', From: ANN, To: '+15005550002', MessagingServiceSid: MG })
    expect(await messagesOf(await customerOf(ANN))).toHaveLength(2)
    await reply(t.hub, WORKSPACE, await customerOf(ANN), { parts: [{ type: 'text', text: 'Hi' }], author: olga })
    await t.drain()
    expect(t.provider.taken).toMatchObject([{ to: ANN, body: { MessagingServiceSid: MG } }])
    expect(t.provider.taken[0]?.body).not.toHaveProperty('From')
  })
})

test('a retry, and the fallback URL after it, bring a message again: it counts once', async () => {
  const sms = await t.connect('sms')
  for (let times = 0; times < 3; times++) await post(sms, { MessageSid: 'SM1', From: ANN })
  expect(await messagesOf(await customerOf(ANN))).toHaveLength(1)
})

test('STOP keeps back, YES and START let through; nothing answers by itself', async () => {
  const hub = await testHub({ config: { rules: [{ name: 'all', then: { answer: 'We will be with you' } }] } })
  const sms = await hub.connect('sms')
  const say = async (Body: string, MessageSid: string) => {
    const body = new TextEncoder().encode(form({ MessageSid, From: ANN, To: '+15005550001', Body }))
    await hub.enter(sms, signTwilio(body, sms))
    await hub.drain()
    return hub.provider.taken.length
  }
  expect(await say('Hi', 'SM1')).toBe(1)
  expect(await say('STOP', 'SM2')).toBe(1)
  expect(await say('HELP', 'SM3')).toBe(1)
  expect(await say('Anything?', 'SM4')).toBe(1)
  expect(await say('START', 'SM5')).toBe(1)
  expect(await say('Hi again', 'SM6')).toBe(2)
  await hub.stop()
})
