/** What machines tell of mails that we sent: reports by mail, and the events of SES. */

import type { ChannelEvent } from '@throughline/core/channel.ts'
import { connection, MAILBOX } from '@throughline/core/channels/email/fixtures/calls.ts'
import { fixtures } from '@throughline/core/channels/email/fixtures/index.ts'
import { email } from '@throughline/core/channels/email/index.ts'
import { loopMark } from '@throughline/core/channels/email/token.ts'
import { describe, expect, test } from 'vitest'

const ANN = 'ann@customer.example'
const ID = 'ses-0001'
const own = { id: '01HX.a.3.0@shop.example', reference: '01HX.a.3.0' }
const mark = loopMark(connection.id, ANN, connection.secret)

async function parse(raw: string): Promise<ChannelEvent[]> {
  const request = await fixtures.sign(new TextEncoder().encode(raw.replaceAll('\n', '\r\n')), connection)
  return email.parse(request, connection)
}

type Report = { type?: string; status: string; mime?: string; returned?: string; returnedAs?: string }
const report = ({
  type = 'delivery-status',
  mime = `message/${type}`,
  status,
  returned,
  returnedAs = 'message/rfc822',
}: Report) =>
  parse(
    `${[
      `From: mailer-daemon@mx.example\nContent-Type: multipart/report; report-type=${type}; boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry`,
      `Content-Type: ${mime}\n\n${status}`,
      `Content-Type: ${returnedAs}\n\n${returned ?? ours()}`,
    ].join('\n--b\n')}\n--b--`,
  )
const ours = (to = `To: Ann <${ANN}>`, mine = mark) =>
  `From: Shop <${MAILBOX}>\n${to}\nMessage-ID: <${own.id}>\nX-Throughline-Loop: ${mine}\nSubject: x\n\nhello`
const dsn = (action: string, status = '5.1.1', diagnostic = 'smtp; 550 5.1.1 no such user', recipient = ANN) =>
  `Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; ${recipient}\nAction: ${action}\nStatus: ${status}\nDiagnostic-Code: ${diagnostic}`
const failed = (failure: object) => ({ type: 'receipt', ...own, state: 'failed', failure: expect.objectContaining(failure) })
const gone = { type: 'optOut', id: ID, from: { address: ANN }, why: 'bounce' }

describe('delivery reports', () => {
  test.each([
    ['delivered', 'delivered'],
    ['expanded', 'delivered'],
    ['delayed', 'sent'],
    ['relayed', 'sent'],
    ['Delayed (queued)', 'sent'],
  ])('%s', async (action, state) => {
    expect(await report({ status: dsn(action, '4.4.1') })).toEqual([{ type: 'receipt', ...own, state }])
  })

  test.each([
    ['5.1.1', 'smtp; 550 5.1.1 no such user', { code: 'unreachable', provider: '5.1.1' }, true],
    ['5.1.10', 'smtp; 550 5.1.10 null MX', { code: 'unreachable' }, true],
    ['5.2.1', 'smtp; 550 disabled', { code: 'unreachable' }, true],
    ['5.2.2', 'smtp; 552 full', { code: 'unreachable' }, false],
    ['5.2.3', 'smtp; 552 too big', { code: 'tooLong' }, false],
    ['5.7.1', 'smtp; 550 spam', { code: 'badContent' }, false],
    ['5.0.0', 'smtp; 550 5.1.1 no such user', { code: 'unreachable' }, false],
    ['4.4.7', 'smtp; 451 expired', { code: 'unreachable', certain: true, again: 'never' }, false],
  ])('failed %s %s', async (status, diagnostic, failure, isGone) => {
    expect(await report({ status: dsn('failed', status, diagnostic) })).toEqual([failed(failure), ...(isGone ? [gone] : [])])
  })

  test('the returned headers alone do, of a mail in UTF-8 addresses as well', async () => {
    expect(await report({ status: dsn('failed'), returnedAs: 'text/rfc822-headers' })).toEqual([failed({}), gone])
    expect(
      await report({ status: dsn('failed'), mime: 'message/global-delivery-status', returnedAs: 'message/global-headers' }),
    ).toEqual([failed({}), gone])
  })

  test('without our mark a report may tick a mail whose id it knows, and shut nobody’s address', async () => {
    for (const mine of ['', 'con_email', `${mark}0`, loopMark(connection.id, 'eve@evil.example', connection.secret)])
      expect(await report({ status: dsn('failed'), returned: ours(undefined, mine) })).toEqual([failed({})])
  })

  test('of a mail that SES gave its own id', async () => {
    const returned = ours().replace(own.id, '0100018c@email.amazonses.com')
    expect(await report({ status: dsn('failed'), returned })).toEqual([
      { ...failed({}), id: '0100018c', reference: undefined },
      gone,
    ])
  })

  test('what happens to one in copy is not what happened to the reply', async () => {
    expect(await report({ status: dsn('failed', '5.1.1', 'smtp; 550', 'bob@x.example') })).toMatchObject([
      { type: 'message', automatic: true },
    ])
    const both = `${dsn('failed', '5.1.1', 'smtp; 550', 'bob@x.example')}\n\n${dsn('delivered', '2.0.0').split('\n\n')[1]}`
    expect(await report({ status: both })).toEqual([{ type: 'receipt', ...own, state: 'delivered' }])
  })

  test('about nobody’s mail of ours, or of a broken form, is an automatic mail that an agent can read', async () => {
    for (const returned of ['Subject: x', 'Message-ID: <a@other.example>', ''])
      expect(await report({ status: dsn('failed'), returned })).toMatchObject([
        { type: 'message', automatic: true, from: { address: 'mailer-daemon@mx.example' } },
      ])
    for (const status of ['', 'nonsense', 'Action: exploded'])
      expect(await report({ status })).toMatchObject([{ type: 'message', automatic: true }])
  })
})

test('a notification that it was read', async () => {
  const mdn = (how: string) =>
    report({
      type: 'disposition-notification',
      status: `Final-Recipient: rfc822; ${ANN}\nOriginal-Message-ID: <${own.id}>\nDisposition: manual-action/MDN-sent-manually; ${how}`,
    })
  expect(await mdn('displayed')).toEqual([{ type: 'receipt', ...own, state: 'read' }])
  expect(await mdn('deleted')).toMatchObject([{ type: 'message', automatic: true }])
})

describe('complaints (ARF)', () => {
  const arf = (kind: string, mine = mark) =>
    report({
      type: 'feedback-report',
      status: `Feedback-Type: ${kind}\nUser-Agent: x/1\nVersion: 1`,
      returned: ours(undefined, mine),
    })

  test('of the very recipient stop our mails to them', async () => {
    expect(await arf('abuse')).toEqual([{ type: 'optOut', id: ID, from: { address: ANN }, why: 'complaint' }])
  })
  test('that anybody could have made up do not, and neither do other reports', async () => {
    for (const events of [await arf('abuse', 'con_email'), await arf('not-spam'), await arf('auth-failure')])
      expect(events).toMatchObject([{ type: 'message', automatic: true }])
  })
})

describe('events of SES', () => {
  const mail = {
    messageId: '0100018c',
    timestamp: '2026-01-05T12:00:00.000Z',
    source: MAILBOX,
    destination: [ANN],
    tags: { reference: [own.reference] },
  }
  const ticked = { type: 'receipt', id: '0100018c', reference: own.reference }
  const told = async (event: object | string): Promise<ChannelEvent[]> => {
    const bytes = new TextEncoder().encode(typeof event === 'string' ? event : JSON.stringify(event))
    return email.parse({ ...(await fixtures.sign(bytes, connection)), method: 'EVENT' }, connection)
  }
  const bounce = (bounceType: string, status: string, emailAddress = ANN) => ({
    eventType: 'Bounce',
    mail,
    bounce: {
      bounceType,
      bounceSubType: 'General',
      timestamp: '2026-01-05T12:00:05.000Z',
      bouncedRecipients: [{ emailAddress, status, diagnosticCode: `smtp; 550 ${status} no` }],
    },
  })

  test.each([
    ['Send', { send: {} }, 'sent'],
    ['DeliveryDelay', { deliveryDelay: { delayType: 'TransientCommunicationFailure' } }, 'sent'],
    ['Delivery', { delivery: { timestamp: '2026-01-05T12:00:03.000Z', recipients: [ANN] } }, 'delivered'],
  ])('%s', async (eventType, more, state) => {
    expect(await told({ eventType, mail, ...more })).toMatchObject([{ ...ticked, state }])
    expect(await told({ notificationType: eventType, mail, ...more })).toMatchObject([{ ...ticked, state }])
  })

  test('a permanent bounce fails the reply and shuts the address, a transient one fails the reply', async () => {
    const fails = {
      ...ticked,
      state: 'failed',
      at: '2026-01-05T12:00:05.000Z',
      failure: { code: 'unreachable', certain: true, again: 'never' },
    }
    expect(await told(bounce('Permanent', '5.1.1'))).toMatchObject([
      fails,
      { type: 'optOut', from: { address: ANN }, why: 'bounce' },
    ])
    expect(await told(bounce('Transient', '4.2.2'))).toMatchObject([fails])
    expect(await told(bounce('Undetermined', '5.7.1'))).toMatchObject([{ ...fails, failure: { code: 'badContent' } }])
  })

  test('a bounce of one in copy shuts that address alone', async () => {
    expect(await told(bounce('Permanent', '5.1.1', 'bob@x.example'))).toMatchObject([
      { type: 'optOut', from: { address: 'bob@x.example' }, why: 'bounce' },
    ])
    expect(await told({ eventType: 'Delivery', mail, delivery: { recipients: ['bob@x.example'] } })).toEqual([])
  })

  test('a complaint shuts the address', async () => {
    const complaint = { complainedRecipients: [{ emailAddress: 'Ann@Customer.example' }], complaintFeedbackType: 'abuse' }
    expect(await told({ eventType: 'Complaint', mail, complaint })).toMatchObject([
      { type: 'optOut', from: { address: ANN }, why: 'complaint' },
    ])
  })

  test.each(['Reject', 'Rendering Failure', 'RenderingFailure'])('%s', async (eventType) => {
    expect(await told({ eventType, mail, reject: { reason: 'Bad content' } })).toMatchObject([
      { ...ticked, state: 'failed', failure: { code: 'badContent' } },
    ])
  })

  test('opens and clicks say nothing, others are kept aside', async () => {
    expect(await told({ eventType: 'Open', mail, open: {} })).toEqual([])
    expect(await told({ eventType: 'Click', mail, click: {} })).toEqual([])
    for (const strange of [{ eventType: 'Tomorrow', mail }, {}, 'no JSON', '[]', 'null', { mail: 1 }])
      expect(await told(strange)).toMatchObject([{ type: 'unknown' }])
  })

  test('a stranger’s mail that looks like an event is a mail', async () => {
    const request = await fixtures.sign(new TextEncoder().encode(JSON.stringify(bounce('Permanent', '5.1.1'))), connection)
    expect(await email.parse(request, connection)).toEqual([{ type: 'unknown', kind: 'mail without From' }])
  })
})
