/** Mail through the whole hub: what is kept beside the words, whom a reply address names, and what a bounce does. */
import { createHash } from 'node:crypto'
import type { ChannelCalls } from '@throughline/core/channel.ts'
import { emailCalls } from '@throughline/core/channels/email/calls.ts'
import { replyAddress } from '@throughline/core/channels/email/token.ts'
import type { Connection } from '@throughline/core/connector.ts'
import type { Entry } from '@throughline/core/entry.ts'
import { receiveMail } from '@throughline/core/flow/receive.ts'
import { reply } from '@throughline/core/flow/reply.ts'
import { liveState } from '@throughline/core/flow/streams.ts'
import { findLog } from '@throughline/core/identity/record.ts'
import { entriesAfter } from '@throughline/core/stream/log.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TestHub, testHub, WORKSPACE } from '../hub.ts'

let t: TestHub
let mailbox: Connection
beforeEach(async () => {
  t = await testHub()
  mailbox = await t.connect('email')
})
afterEach(() => t.stop())

type Dmarc = 'pass' | 'fail' | 'none'
async function mail(from: string, rest: string, { to = mailbox.address, dmarc = 'pass' as Dmarc } = {}): Promise<Entry[]> {
  const bytes = new TextEncoder().encode(`From: ${from}\r\n${rest.replaceAll('\n', '\r\n')}`)
  const id = createHash('sha256').update(bytes).digest('hex')
  expect(await receiveMail(t.hub, { id, from, to: [to], dmarc, bytes })).toEqual({ accepted: [to.toLowerCase()], unknown: [] })
  await t.drain()
  return entriesOf(from)
}
const logOf = async (address: string) => (await findLog(t.hub.store, WORKSPACE, `email:*:${address}`)) ?? ''
async function entriesOf(address: string): Promise<Entry[]> {
  const entries: Entry[] = []
  for await (const entry of entriesAfter(t.hub.store, { workspace: WORKSPACE, log: await logOf(address) }, 0)) entries.push(entry)
  return entries
}
const blob = async (key: string | undefined) => new TextDecoder().decode((await t.hub.blobs.get(key ?? ''))?.bytes)
const BOUNDARY = 'Content-Type: multipart/alternative; boundary=b\n\n--b\n'

test('the whole text and the safe HTML lie beside the words, also of long ones', async () => {
  const long = 'слово '.repeat(3000)
  const text = `Content-Type: text/plain; charset=utf-8\n\n${long}\n\nпн, 5 янв. 2026 г. в 15:04, Магазин <s@shop.example>:\n> Здравствуйте\n> Анна`
  const html = 'Content-Type: text/html; charset=utf-8\n\n<p onclick=x>слово</p>'
  const [entry] = await mail('ann@customer.example', `${BOUNDARY}${text}\n--b\n${html}\n--b--`)
  const part = entry?.kind === 'message' ? entry.parts[0] : undefined
  if (part?.type !== 'text') throw new Error('no text')
  expect(await blob(part.blob)).toBe(long.trim())
  expect(await blob(part.full)).toMatch(/> Анна$/)
  expect(await blob(part.html)).toContain('<p>слово</p>')
})

test('whoever writes to another’s reply address is another customer, and an agent is told', async () => {
  await mail('ann@customer.example', 'Subject: Order\n\nhi')
  const ann = await logOf('ann@customer.example')
  const address = replyAddress(mailbox.address, ann, mailbox.secret) ?? ''
  expect(await mail('ann@customer.example', '\nagain', { to: address })).toHaveLength(2)
  for (const said of ['one', 'two']) await mail('bob@other.example', `\n${said}`, { to: address, dmarc: 'none' })
  const bob = await entriesOf('bob@other.example')
  expect(bob.map(({ kind }) => kind).toSorted()).toEqual(['message', 'message', 'suggestion'])
  expect(bob.find(({ kind }) => kind === 'suggestion')).toMatchObject({ data: { customer: ann } })
  expect((await entriesOf('ann@customer.example')).map(({ kind }) => kind)).toEqual(['message', 'message'])
  const stranger = replyAddress(mailbox.address, '01HXAMPZ8M6VQ3N4T5R6S7W8XY', mailbox.secret) ?? ''
  expect((await mail('carl@x.example', '\nhi', { to: stranger })).map(({ kind }) => kind)).toEqual(['message'])
})

test('a reply goes out in the thread, and an event of SES settles it', async () => {
  await mail('ann@customer.example', 'Subject: Order\nMessage-ID: <a1@customer.example>\n\nhi')
  const customer = await logOf('ann@customer.example')
  const author = { kind: 'agent' as const, id: 'olga', name: 'Olga' }
  const entry = await reply(t.hub, WORKSPACE, customer, { parts: [{ type: 'text', text: 'On its way' }], author })
  await t.drain()
  expect(t.provider.taken.at(-1)).toMatchObject({ to: 'ann@customer.example' })
  const reference = `${WORKSPACE}.${entry.log}.${entry.seq}.0`
  const sesMail = {
    messageId: 'ses-out-1',
    source: mailbox.address,
    destination: ['ann@customer.example'],
    tags: { reference: [reference] },
  }
  const bounce = { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: 'ann@customer.example', status: '5.1.1' }] }
  const bytes = new TextEncoder().encode(JSON.stringify({ eventType: 'Bounce', mail: sesMail, bounce }))
  for (const id of ['1', '2'])
    await receiveMail(t.hub, { id, from: '', to: [mailbox.address], dmarc: 'none', event: true, bytes })
  await t.drain()
  const kinds = (await entriesOf('ann@customer.example')).map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'failure' || kind === 'optOut').toSorted()).toEqual(['failure', 'optOut'])
  const [identity] = (await liveState(t.hub, WORKSPACE, customer))?.state.identities ?? []
  expect(identity?.optedOut).toMatchObject({ why: 'bounce' })
  await mail('ann@customer.example', '\nI am back')
  expect((await liveState(t.hub, WORKSPACE, customer))?.state.identities[0]?.optedOut).toBeUndefined()
})

test('a rule’s answer calls itself automatic, and so answers no machine', async () => {
  await t.stop()
  const told: (boolean | undefined)[] = []
  const calls: ChannelCalls = {
    ...emailCalls,
    send: (unit, to, connection, context) => {
      told.push(context.automatic)
      return emailCalls.send(unit, to, connection, context)
    },
  }
  const config = { rules: [{ name: 'hello', then: { answer: 'We are on it' } }] }
  t = await testHub({ config, parts: ({ channelCalls }) => ({ channelCalls: { ...channelCalls, email: calls } }) })
  mailbox = await t.connect('email')
  await mail('ann@customer.example', 'Subject: Order\n\nhi')
  expect(t.provider.taken.map(({ to }) => to)).toEqual(['ann@customer.example'])
  await mail('ann@customer.example', 'Subject: Away\nAuto-Submitted: auto-replied\n\nI am away')
  expect(told).toEqual([true])
  const author = { kind: 'agent' as const, id: 'olga' }
  await reply(t.hub, WORKSPACE, await logOf('ann@customer.example'), { parts: [{ type: 'text', text: 'Hello' }], author })
  await t.drain()
  expect(told).toEqual([true, undefined])
})
