/** WhatsApp through the whole hub: people without phones, the window and what lifts it, advertisements, receipts out of order. */
import type { Connection } from '@throughline/core/connector.ts'
import type { Entry } from '@throughline/core/entry.ts'
import { createCustomer } from '@throughline/core/flow/create.ts'
import { preview, reply } from '@throughline/core/flow/reply.ts'
import { readDelivery, readEntries } from '@throughline/core/flow/timeline.ts'
import { readCard } from '@throughline/core/flow/view.ts'
import { findLog } from '@throughline/core/identity/record.ts'
import { identityKey } from '@throughline/core/identity.ts'
import type { Part } from '@throughline/core/message.ts'
import { form, signTwilio } from '@throughline/core/sdk/twilio/fixture.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type TestHub, testHub, WORKSPACE } from '../hub.ts'

const HOUR = 3600_000
const USER = 'US.13491208655302741918'
const PHONE = '+15005551001'
const HX = `HX${'0'.repeat(32)}`
const olga = { kind: 'agent' as const, id: 'olga', name: 'Olga' }
const api = { kind: 'api' as const, id: 'key' }
const template: Part = { type: 'template', id: HX, variables: { 1: 'Ann' }, text: 'Hello {{1}}, your order is here.' }
const text = (said: string): Part[] => [{ type: 'text', text: said }]

let t: TestHub
let whatsapp: Connection
let last = 0
beforeEach(async () => {
  t = await testHub()
  whatsapp = await t.connect('whatsapp')
})
afterEach(() => t.stop())

/** Each a second after the other. */
async function post(fields: Record<string, string>, query?: string, connection = whatsapp): Promise<void> {
  t.clock.now += 1000
  const body = new TextEncoder().encode(form(fields))
  expect(await t.enter(connection, signTwilio(body, connection, query))).toMatchObject({ status: 200 })
  await t.drain()
}
const says = (from: string, fields: Record<string, string> = {}, connection = whatsapp) =>
  post({ MessageSid: `SM${++last}`, From: from, To: 'whatsapp:+15005550001', Body: 'Hi', ...fields }, undefined, connection)

async function customerOf(address: string, kind = 'whatsapp'): Promise<string> {
  const log = await findLog(t.hub.store, WORKSPACE, identityKey(kind, 'global', '', address))
  return (await readCard(t.hub, WORKSPACE, log ?? '')).id
}
const entriesOf = async (customer: string): Promise<Entry[]> =>
  (await readEntries(t.hub, WORKSPACE, customer, { limit: 100 })).entries
const sent = () => t.provider.taken.map(({ kind, to, body }) => ({ kind, to, body }))

describe('a person who takes a username', () => {
  const both = { ExternalUserId: `whatsapp:${USER}` }
  test('stays the same customer when the phone is no longer told', async () => {
    await says(`whatsapp:${PHONE}`, both)
    await says(`whatsapp:${USER}`, { ...both, Body: 'It is me' })
    expect(await customerOf(PHONE)).toBe(await customerOf(USER))
    expect((await entriesOf(await customerOf(USER))).filter(({ kind }) => kind === 'message')).toHaveLength(2)
    await reply(t.hub, WORKSPACE, await customerOf(USER), { parts: text('Hello'), author: olga })
    await t.drain()
    expect(sent()).toMatchObject([{ to: `whatsapp:${USER}` }])
  })
  test('in the other order as well, and by the field’s other name', async () => {
    await says(`whatsapp:${USER}`, { ExternalUserIdentifier: `whatsapp:${USER}` })
    await says(`whatsapp:${PHONE}`, both)
    expect(await customerOf(PHONE)).toBe(await customerOf(USER))
  })
  test('is the one who wrote by SMS from the phone that came beside it', async () => {
    const sms = await t.connect('sms')
    await says(PHONE, { To: '+15005550001' }, sms)
    await says(`whatsapp:${USER}`, { ...both, WaId: PHONE.slice(1) })
    expect(await customerOf(PHONE, 'sms')).toBe(await customerOf(USER))
  })
  test('two people without phones are two', async () => {
    await says(`whatsapp:${USER}`)
    await says('whatsapp:US.77')
    expect(await customerOf('US.77')).not.toBe(await customerOf(USER))
  })
  test('one id with two phones is only a suggestion', async () => {
    await says(`whatsapp:${PHONE}`, both)
    await says('whatsapp:+15005551002', both)
    expect(await customerOf(PHONE)).not.toBe(await customerOf('+15005551002'))
    expect((await entriesOf(await customerOf('+15005551002'))).some(({ kind }) => kind === 'suggestion')).toBe(true)
  })
})

describe('the window', () => {
  test('closes ten minutes early for words, and never for a template', async () => {
    await says(`whatsapp:${PHONE}`)
    const customer = await customerOf(PHONE)
    await t.move(23.5 * HOUR)
    expect(await preview(t.hub, WORKSPACE, customer, { parts: text('Still there?') })).toMatchObject({ ok: true })
    await t.move(0.4 * HOUR)
    const closed = reply(t.hub, WORKSPACE, customer, { parts: text('Still there?'), author: olga })
    await expect(closed).rejects.toMatchObject({ status: 422, code: 'no_reachable_identity' })
    const entry = await reply(t.hub, WORKSPACE, customer, { parts: [template], author: api })
    await t.drain()
    const variables = { ContentSid: HX, ContentVariables: '{"1":"Ann"}' }
    expect(sent()).toMatchObject([{ to: `whatsapp:${PHONE}`, body: variables }])
    expect(sent()[0]?.body).not.toHaveProperty('Body')
    expect(await readDelivery(t.hub, WORKSPACE, entry.id)).toMatchObject({ state: 'accepted' })
    expect((await readCard(t.hub, WORKSPACE, customer)).preview).toBe('Hello Ann, your order is here.')
  })
  test('a template writes first, words do not', async () => {
    const { id } = await createCustomer(t.hub, WORKSPACE, { identities: [{ channel: 'whatsapp', address: PHONE }] }, api)
    await expect(reply(t.hub, WORKSPACE, id, { parts: text('Hi'), author: api })).rejects.toMatchObject({ status: 422 })
    await reply(t.hub, WORKSPACE, id, { parts: [template], author: api })
    await t.drain()
    expect(sent()).toMatchObject([{ to: `whatsapp:${PHONE}`, body: { ContentSid: HX } }])
  })
  test('who answers the template is that customer', async () => {
    const { id } = await createCustomer(t.hub, WORKSPACE, { identities: [{ channel: 'whatsapp', address: PHONE }] }, api)
    await says(`whatsapp:${PHONE}`, { ExternalUserId: `whatsapp:${USER}` })
    expect(await customerOf(PHONE)).toBe(id)
  })
  test('elsewhere a template is what it says; without words it has nowhere to go', async () => {
    const sms = await t.connect('sms')
    await says(PHONE, { To: '+15005550001' }, sms)
    const customer = await customerOf(PHONE, 'sms')
    const mute: Part = { type: 'template', id: HX, variables: {} }
    await expect(reply(t.hub, WORKSPACE, customer, { parts: [mute], author: api })).rejects.toMatchObject({ status: 422 })
    await reply(t.hub, WORKSPACE, customer, { parts: [template], author: api })
    await t.drain()
    expect(sent()).toMatchObject([{ kind: 'sms', body: { Body: 'Hello Ann, your order is here.' } }])
  })
  test('STOP closes it for templates too, START opens', async () => {
    await says(`whatsapp:${PHONE}`)
    const customer = await customerOf(PHONE)
    await says(`whatsapp:${PHONE}`, { Body: 'stop' })
    await expect(reply(t.hub, WORKSPACE, customer, { parts: [template], author: api })).rejects.toMatchObject({ status: 422 })
    await says(`whatsapp:${PHONE}`, { Body: 'Start' })
    expect(await preview(t.hub, WORKSPACE, customer, { parts: text('Hi') })).toMatchObject({ ok: true })
  })
})

test('an advertisement, a pressed button and what it answered stay in the stream', async () => {
  const pressed = { ButtonText: 'Yes', ButtonPayload: 'yes-1', OriginalRepliedMessageSid: 'SM77' }
  await says(`whatsapp:${PHONE}`, { Body: 'Yes', ReferralHeadline: 'Sale', ReferralSourceId: '1', ...pressed })
  expect(await entriesOf(await customerOf(PHONE))).toMatchObject([
    {
      replyTo: 'SM77',
      parts: [
        { type: 'other', kind: 'referral', text: '[referral] Sale · source 1' },
        { type: 'text', text: 'Yes', value: 'yes-1' },
      ],
    },
  ])
})

test('receipts in any order, before our own send knows its id, and repeated: the furthest stands', async () => {
  await says(`whatsapp:${PHONE}`)
  const entry = await reply(t.hub, WORKSPACE, await customerOf(PHONE), { parts: text('Hello'), author: olga })
  const query = `m=${WORKSPACE}.${entry.log}.${entry.seq}.0`
  const status = (MessageStatus: string, more: Record<string, string> = {}) =>
    post({ MessageSid: 'SM00000000000000000000000000009000', To: `whatsapp:${PHONE}`, MessageStatus, ...more }, query)
  const state = async () => (await readDelivery(t.hub, WORKSPACE, entry.id)).state
  await t.drain()
  await status('read', { EventType: 'READ' })
  await status('delivered')
  await status('sent')
  await status('read')
  expect(await state()).toBe('read')
  await status('failed', { ErrorCode: '63049' })
  expect(await state()).toBe('read')
})

test('a failure told later is one line for the agent, with a code and what to do', async () => {
  await says(`whatsapp:${PHONE}`)
  const customer = await customerOf(PHONE)
  const entry = await reply(t.hub, WORKSPACE, customer, { parts: text('Hello'), author: olga })
  await t.drain()
  const late = { MessageSid: 'SM9', To: `whatsapp:${PHONE}`, MessageStatus: 'failed', ErrorCode: '63016' }
  for (let times = 0; times < 2; times++) await post(late, `m=${WORKSPACE}.${entry.log}.${entry.seq}.0`)
  const failures = (await entriesOf(customer)).filter(({ kind }) => kind === 'failure')
  expect(failures).toMatchObject([
    { data: { state: 'failed', code: 'windowClosed', words: expect.stringContaining('only a template may be sent') } },
  ])
})
