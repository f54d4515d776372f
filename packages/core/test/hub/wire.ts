/** What each channel's customers and receipts look like on its provider's wire, numbered, so that tests run over the list of channels. */
import type { ChannelFixtures } from '../../src/channels/fixture.ts'
import type { NewConnection } from '../../src/connection/connect.ts'
import type { ToolFixtures } from '../../src/tools/fixture.ts'
import { tools } from '../../src/tools/index.ts'
import type { Provider } from './provider.ts'

export type Said = {
  /** Number of the customer. */
  who: number
  text: string
  /** Number of the message: another one is another message, the same one a redelivery. Absent: a new one. */
  n?: number
  /** When the customer wrote, milliseconds; absent: the fixtures' second. */
  at?: number
}
export type Body = { body: Uint8Array; query?: string }
export type Wire = {
  address(who: number): string
  message(said: Said): Body
  /** Absent: the provider tells nothing. `reference` is what we gave with the send. */
  receipt?(id: string, reference: string, state: 'delivered' | 'read' | 'failed'): Body
  /** The receipt gives our reference back, so that nothing need be looked up. */
  refers?: boolean
}

let last = 500_000
const numberOf = (said: Said): number => said.n ?? ++last
const timeOf = (said: Said): number => said.at ?? 1767600000000
const json = (value: unknown): Body => ({ body: new TextEncoder().encode(JSON.stringify(value)) })
const form = (fields: Record<string, string>, query?: string): Body => ({
  body: new TextEncoder().encode(new URLSearchParams(fields).toString()),
  ...(query ? { query } : {}),
})
const digits = (n: number, length: number) => String(n).padStart(length, '0')
const ACCOUNT = 'AC00000000000000000000000000000001'
const phone = (who: number) => `+1500555${digits(1000 + who, 4)}`

const twilio = (prefix: string, own: string): Wire => ({
  address: phone,
  message: (said) => {
    const sid = `SM${digits(numberOf(said), 32)}`
    const from = { From: prefix + phone(said.who), To: prefix + own, ...(prefix ? { ProfileName: `Ann ${said.who}` } : {}) }
    return form({ AccountSid: ACCOUNT, MessageSid: sid, SmsStatus: 'received', NumMedia: '0', Body: said.text, ...from })
  },
  receipt: (id, reference, state) => {
    const MessageStatus = state === 'failed' ? 'undelivered' : state
    const fields = { AccountSid: ACCOUNT, MessageSid: id, MessageStatus, ...(state === 'failed' ? { ErrorCode: '30007' } : {}) }
    return form(fields, `m=${encodeURIComponent(reference)}`)
  },
  refers: true,
})

const viberUser = (who: number) => `user${digits(who, 6)}+/==`
const mail = (who: number) => `ann${who}@example.com`

const wires: Readonly<Record<string, Wire>> = {
  telegram: {
    address: (who) => String(8_000_000_000 + who),
    message: (said) => {
      const n = numberOf(said)
      const id = 8_000_000_000 + said.who
      const from = { id, is_bot: false, first_name: `Ann ${said.who}` }
      const message = {
        message_id: n,
        from,
        chat: { id, type: 'private' },
        date: Math.floor(timeOf(said) / 1000),
        text: said.text,
      }
      return json({ update_id: 700_000_000 + n, message })
    },
  },
  sms: twilio('', '+15005550001'),
  whatsapp: twilio('whatsapp:', '+15005550001'),
  viber: {
    address: viberUser,
    // Tokens beyond 2^53, neighbours but for the last digit: a float would take them for one.
    message: (said) => {
      const sender = JSON.stringify({ id: viberUser(said.who), name: `Ann ${said.who}` })
      const message = JSON.stringify({ type: 'text', text: said.text })
      const token = `5741311803${digits(numberOf(said), 9)}`
      const text = `{"event":"message","timestamp":${timeOf(said)},"message_token":${token},"sender":${sender},"message":${message}}`
      return { body: new TextEncoder().encode(text) }
    },
    receipt: (id, _reference, state) => {
      const event = state === 'read' ? 'seen' : state
      const text = `{"event":"${event}","timestamp":1767600001000,"message_token":${id},"user_id":"${viberUser(1)}","desc":"no"}`
      return { body: new TextEncoder().encode(text) }
    },
  },
  email: {
    address: mail,
    message: (said) => {
      const headers = [
        `From: Ann ${said.who} <${mail(said.who)}>`,
        'To: support@shop.example',
        'Subject: A question',
        `Message-ID: <${numberOf(said)}@example.com>`,
        'Date: Mon, 05 Jan 2026 08:00:00 +0000',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 8bit',
      ]
      return { body: new TextEncoder().encode([...headers, '', said.text, ''].join('\r\n')) }
    },
    receipt: (id, _reference, state) => {
      const status = state === 'failed' ? ['Action: failed', 'Status: 5.1.1'] : ['Action: delivered', 'Status: 2.0.0']
      const part = (type: string, lines: string[]) => ['--b', `Content-Type: ${type}`, '', ...lines]
      const lines = [
        'From: postmaster@example.com',
        'To: support@shop.example',
        'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
        '',
        ...part('text/plain', ['About your mail']),
        ...part('message/delivery-status', [
          'Reporting-MTA: dns; example.com',
          '',
          `Final-Recipient: rfc822; ${mail(1)}`,
          ...status,
        ]),
        ...part('message/rfc822', [`Message-ID: <${id}>`, '', '']),
        '--b--',
      ]
      return { body: new TextEncoder().encode(lines.join('\r\n')) }
    },
    refers: true,
  },
}

export function wireOf(kind: string): Wire {
  const wire = wires[kind]
  if (!wire) throw new Error(`channel ${kind} has no wire in test/hub/wire.ts`)
  return wire
}

const loaded = new Map<string, Promise<{ fixtures: ChannelFixtures }>>()
export async function fixturesOf(kind: string): Promise<ChannelFixtures> {
  const module = loaded.get(kind) ?? import(`../../src/channels/${kind}/fixtures/index.ts`)
  loaded.set(kind, module)
  return (await module).fixtures
}

/** The account that the kind's own fixtures use, standing at the provider of the test. */
export async function settingsFor(
  kind: string,
  provider: Provider,
): Promise<NewConnection & { settings: Record<string, unknown> }> {
  if (kind === 'webhook') return { kind, settings: { url: `${provider.root(kind)}/posts` } }
  const isTool = Object.hasOwn(tools, kind)
  const module: { fixtures: ToolFixtures } | undefined = isTool
    ? await import(`../../src/tools/${kind}/fixtures/index.ts`)
    : undefined
  const { connection } = module?.fixtures ?? (await fixturesOf(kind))
  const credentials = kind === 'email' ? { smtpUrl: provider.root(kind) } : connection.credentials
  return { kind, credentials, settings: connection.settings, apiRoot: provider.root(kind) }
}
