/** Conversations by mail: whose answer it is, who else gets ours, and what no machine may read as a person. */
import type { ChannelEvent, SendContext } from '@throughline/core/channel.ts'
import { emailCalls } from '@throughline/core/channels/email/calls.ts'
import { compose } from '@throughline/core/channels/email/compose.ts'
import { connection, MAILBOX } from '@throughline/core/channels/email/fixtures/calls.ts'
import { fixtures } from '@throughline/core/channels/email/fixtures/index.ts'
import { smtpStandIn } from '@throughline/core/channels/email/fixtures/stand-in.ts'
import { email } from '@throughline/core/channels/email/index.ts'
import { namedIn, replyAddress } from '@throughline/core/channels/email/token.ts'
import type { Connection } from '@throughline/core/connector.ts'
import type { Part } from '@throughline/core/message.ts'
import fc from 'fast-check'
import PostalMime from 'postal-mime'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testContext } from './context.ts'

const ANN = 'ann@customer.example'
const CUSTOMER = '01HXAMPZ8M6VQ3N4T5R6S7W8XY'
const parse = async (raw: string, to = MAILBOX, by: Connection = connection) => {
  const request = await fixtures.sign(new TextEncoder().encode(raw.replaceAll('\n', '\r\n')), by)
  return email.parse({ ...request, mail: request.mail && { ...request.mail, to: [to] } }, by)
}
async function read(raw: string, to?: string): Promise<Extract<ChannelEvent, { type: 'message' }>> {
  const [event] = await parse(raw, to)
  if (event?.type !== 'message') throw new Error(`no message but ${event?.type}`)
  return event
}

let standIn: Awaited<ReturnType<typeof smtpStandIn>>
beforeEach(async () => {
  standIn = await smtpStandIn()
})
afterEach(() => standIn.close())

async function sent(
  context: Partial<SendContext>,
  settings: Record<string, unknown> = {},
  parts: Part[] = [{ type: 'text', text: 'hello' }],
) {
  const by = standIn.connection({ ...connection, settings: { ...connection.settings, ...settings } })
  await emailCalls.send({ parts }, ANN, by, testContext(context))
  return standIn.requests
}

describe('the reply address', () => {
  const id = fc.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  test('names its customer there and back, in any case of its letters', () => {
    fc.assert(
      fc.property(id, fc.boolean(), (customer, upper) => {
        const address = replyAddress(MAILBOX, customer, 'secret') ?? ''
        expect(address).toMatch(/^support\+c_[0-9a-z]{42}@shop\.example$/)
        expect(address.indexOf('@')).toBeLessThanOrEqual(64)
        expect(namedIn([upper ? address.toUpperCase() : address], MAILBOX, 'secret')).toBe(customer)
      }),
    )
  })

  test('of another key, mailbox, customer, or with one letter changed, names nobody', () => {
    const address = replyAddress(MAILBOX, CUSTOMER, 'secret') ?? ''
    expect(namedIn([address], MAILBOX, 'other')).toBeUndefined()
    expect(namedIn([address], MAILBOX, '')).toBeUndefined()
    expect(namedIn([address], 'sales@shop.example', 'secret')).toBeUndefined()
    expect(namedIn([address.replace('@shop', '@evil')], MAILBOX, 'secret')).toBeUndefined()
    for (const at of Array.from({ length: 42 }, (_, index) => 'support+c_'.length + index)) {
      const changed = `${address.slice(0, at)}${address[at] === '0' ? '1' : '0'}${address.slice(at + 1)}`
      expect(namedIn([changed], MAILBOX, 'secret')).toBeUndefined()
    }
  })

  test('is left out where the mailbox leaves no room, or the id is none of ours', () => {
    expect(replyAddress(`${'x'.repeat(30)}@shop.example`, CUSTOMER, 'secret')).toBeUndefined()
    expect(replyAddress(MAILBOX, 'customer-1', 'secret')).toBeUndefined()
    expect(replyAddress(MAILBOX, CUSTOMER, '')).toBeUndefined()
  })

  test('goes out as Reply-To where the mailbox takes it, and comes back by envelope or header', async () => {
    const [mail] = await sent({ customer: CUSTOMER })
    const address = mail?.headers?.['reply-to'] ?? ''
    expect(address).toMatch(/^support\+c_/)
    const raw = `From: Bob <bob@other.example>\n\nhi`
    expect(
      await email.verify(
        { ...(await fixtures.sign(new Uint8Array(), connection)), mail: { id: '1', from: '', to: [address], dmarc: 'none' } },
        connection,
      ),
    ).toBe(true)
    expect(await read(raw, address)).toMatchObject({ customer: CUSTOMER, from: { address: 'bob@other.example' } })
    expect(await read(`To: x@y.example,\n "Shop" <${address.toUpperCase()}>\n${raw}`)).toMatchObject({ customer: CUSTOMER })
    expect(await read(`Delivered-To: ${address}\n${raw}`)).toMatchObject({ customer: CUSTOMER })
    expect(await read(raw)).not.toHaveProperty('customer')
  })

  test('only where the mailbox is told to take subaddresses', async () => {
    const replyTo = async (settings: Record<string, unknown>) =>
      (await sent({ customer: CUSTOMER }, settings)).at(-1)?.headers?.['reply-to']
    expect(await replyTo({ replyAddress: 'no' })).toBe(MAILBOX)
    expect(await replyTo({ replyAddress: 'yes' })).toMatch(/^support\+c_/)
  })
})

describe('what it answers', () => {
  const head = `From: ${ANN}\n`
  test.each([
    ['In-Reply-To: <01HX.a.3.0@shop.example>', '01HX.a.3.0@shop.example'],
    ['References: <root@x.example> <01HX.a.3.0@shop.example> <other@x.example>', '01HX.a.3.0@shop.example'],
    ['In-Reply-To: <own@customer.example>\nReferences: <01HX.a.3.0@shop.example>', '01HX.a.3.0@shop.example'],
    ['In-Reply-To: <0100018c-2@email.amazonses.com>', '0100018c-2'],
    ['In-Reply-To: <0102018c-3@eu-west-1.amazonses.com>', '0102018c-3'],
    ['In-Reply-To: <a@x.example>', undefined],
    ['Subject: Re: 01HX.a.3.0', undefined],
  ])('%s', async (line, id) => {
    expect((await read(`${head}${line}\n\nhi`)).replyTo).toBe(id)
  })
})

describe('all who were written to', () => {
  const raw = `From: Ann <${ANN}>\nTo: Shop <${MAILBOX}>, Bob <bob@x.example>\nCc: friends: Carl <carl@x.example>, support+c_1@shop.example;, ${ANN}, "Bob" <BOB@x.example>\nMessage-ID: <m1@x>\n\nhi`

  test('are kept with the thread and get the answer in copy', async () => {
    const { thread } = await read(raw)
    expect(thread).toEqual({ messageId: '<m1@x>', cc: ['bob@x.example', 'carl@x.example'] })
    const [first] = await sent({ ...(thread && { thread }) })
    expect(first?.headers).toMatchObject({ to: ANN, cc: 'bob@x.example, carl@x.example' })
    const alone = await sent({ ...(thread && { thread }) }, { copies: 'no' })
    expect(alone.at(-1)?.headers).not.toHaveProperty('cc')
  })

  test('only where DMARC stands behind the sender: a forger would read our answer', async () => {
    const { thread } = await read(raw.replace('From:', 'X-Test-Dmarc: fail\nReply-To: eve@evil.example\nFrom:'))
    expect(thread).toEqual({ messageId: '<m1@x>' })
  })

  test('Reply-To is followed under the same condition', async () => {
    const { thread } = await read(`From: ${ANN}\nReply-To: Ann at home <ann@home.example>\n\nhi`)
    expect(thread).toEqual({ answerTo: 'ann@home.example' })
    expect((await sent({ ...(thread && { thread }) }))[0]?.headers).toMatchObject({ to: 'ann@home.example' })
  })

  test('at most ten, within 2 KB', async () => {
    const many = Array.from({ length: 500 }, (_, at) => `person-with-a-long-name-${at}@customer-with-a-long-domain.example`).join(
      ', ',
    )
    const { thread } = await read(`From: ${ANN}\nCc: ${many}\n\nhi`)
    expect(JSON.stringify(thread).length).toBeLessThan(1000)
  })
})

describe('machines', () => {
  test('a rule’s answer says so, a person’s does not', async () => {
    const [byRule] = await sent({ automatic: true })
    expect(byRule?.headers).toMatchObject({ 'auto-submitted': 'auto-replied', 'x-auto-response-suppress': 'All' })
    const byPerson = (await sent({})).at(-1)
    expect(byPerson?.headers).not.toHaveProperty('auto-submitted')
    expect(byPerson?.headers).not.toHaveProperty('x-auto-response-suppress')
  })

  test('what we sent is not taken in again, of another mailbox it is', async () => {
    const [mail] = await sent({})
    const raw = `From: ${MAILBOX}\nX-Throughline-Loop: ${mail?.headers?.['x-throughline-loop']}\n\nhi`
    expect(await parse(raw)).toEqual([])
    expect(await parse(raw, MAILBOX, { ...connection, id: 'con_other' })).toMatchObject([{ type: 'message' }])
  })

  test('spam by the receiver’s filter is kept, and answered by no rule', async () => {
    const request = await fixtures.sign(new TextEncoder().encode(`From: ${ANN}\r\n\r\nhi`), connection)
    const events = await email.parse({ ...request, mail: request.mail && { ...request.mail, spam: true } }, connection)
    expect(events).toMatchObject([{ type: 'message', automatic: true }])
  })

  test('a word to unsubscribe counts above a quote as well', async () => {
    const events = await parse(`From: ${ANN}\n\nSTOP\n\nOn Mon, Jan 5, 2026 at 3:04 PM Shop <${MAILBOX}> wrote:\n> News`)
    expect(events).toMatchObject([{ automatic: true }, { type: 'optOut', why: 'unsubscribed' }])
  })
})

describe('formatting', () => {
  test('goes out as HTML beside plain text', async () => {
    const text = 'Hi & <you>,\nsee our site'
    const marks = [
      { kind: 'bold' as const, start: 0, end: 2 },
      { kind: 'italic' as const, start: 1, end: 4 },
      { kind: 'link' as const, start: 20, end: 24, url: 'https://shop.example/?a=1&b="' },
      { kind: 'link' as const, start: 12, end: 15, url: 'javascript:alert(1)' },
    ]
    const { raw } = await compose({ parts: [{ type: 'text', text, marks }] }, ANN, connection, testContext())
    const mail = await PostalMime.parse(raw)
    expect(mail.text).toContain('our site (https://shop.example/?a=1&b=")')
    const link = '<a href="https://shop.example/?a=1&amp;b=&quot;">site</a>'
    expect(mail.html).toContain(`<p><b>H</b><b><i>i</i></b><i> &amp;</i> &lt;you&gt;,<br>\nsee our ${link}</p>`)
    expect(mail.html).not.toContain('javascript')
  })

  test('files that are too large for one mail are refused before anything is sent', async () => {
    const media = { blob: 'b', name: 'a.bin' }
    const failing = sent({ bytes: async () => new Uint8Array(26 * 1024 * 1024) }, {}, [{ type: 'file', media }])
    expect(emailCalls.classify(await failing.catch((error: unknown) => error))).toMatchObject({
      code: 'tooLong',
      again: 'never',
      certain: true,
    })
    expect(standIn.requests).toEqual([])
  })
})
