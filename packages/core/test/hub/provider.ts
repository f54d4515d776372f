/**
 * All the providers on 127.0.0.1, as far as connect and send need them: each under a path of its own, ids that never repeat, every
 * message taken remembered. What only one provider says or refuses is tried elsewhere (channels.test.ts, tools.test.ts).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

export type Taken = { kind: string; id: string; to: string; text: string; body: Record<string, unknown> }
export type Provider = {
  /** The root that a connection of this kind is told. */
  root(kind: string): string
  /** What was taken so far, in order. */
  taken: Taken[]
  close(): Promise<void>
}
type Answer = { status?: number; json: unknown }
type Asked = { path: string; method: string; query: URLSearchParams; body: Record<string, unknown>; number: number }
type Take = (id: string, to: unknown, text: unknown) => string

const speakers: Record<string, (asked: Asked, take: Take) => Answer> = {
  telegram: ({ path, body, number }, take) => {
    const [, bot, method = ''] = /^\/bot(\d+):[^/]+\/(\w+)$/.exec(path) ?? []
    const result = (value: unknown): Answer => ({ json: { ok: true, result: value } })
    if (method === 'getMe') return result({ id: Number(bot), is_bot: true, first_name: 'Hub', username: 'hub_bot' })
    if (!method.startsWith('send')) return result(true)
    const id = Number(take(String(number), body.chat_id, body.text))
    return result({ message_id: id, date: 1767600000, chat: { id: Number(body.chat_id), type: 'private' } })
  },

  sms: ({ path, method, query, body, number }, take) => {
    if (path.endsWith('/Messages.json')) {
      const sid = take(`SM${String(number).padStart(32, '0')}`, body.To, body.Body)
      return { status: 201, json: { sid, status: 'queued' } }
    }
    if (path.endsWith('/IncomingPhoneNumbers.json')) {
      const found = { sid: 'PN01', phone_number: query.get('PhoneNumber') }
      return { json: { incoming_phone_numbers: [found], page: 0, page_size: 20 } }
    }
    if (method === 'GET' && path.endsWith('/Senders')) {
      const numbers = ['+15005550001', '+14155238886']
      return { json: { senders: numbers.map((one) => ({ sid: 'XE01', sender_id: `whatsapp:${one}`, status: 'ONLINE' })) } }
    }
    return { json: { sid: 'AC', status: 'active', type: 'Full', friendly_name: 'Shop' } }
  },

  viber: ({ path, body, number }, take) => {
    const ok = { status: 0, status_message: 'ok' }
    if (path.endsWith('/get_account_info')) return { json: { ...ok, id: 'pa:71', name: 'Demo shop', uri: 'demoshop' } }
    if (!path.endsWith('/send_message')) return { json: ok }
    // Beyond 2^53, as the real ones are: quoted here, for only their exactness matters.
    return { json: { ...ok, message_token: take(`57413118035${String(number).padStart(8, '0')}`, body.receiver, body.text) } }
  },

  slack: ({ path, body, number }, take) => {
    const channel = { id: 'C0SUPPORT', name: 'support', is_member: true }
    if (path.endsWith('/auth.test')) return { json: { ok: true, team_id: 'T0HUB0001', user_id: 'U0BOT0001' } }
    if (path.endsWith('/conversations.list')) return { json: { ok: true, channels: [channel] } }
    if (!path.endsWith('/chat.postMessage')) return { json: { ok: true, channel } }
    const ts = take(`1767600000.${String(number).padStart(6, '0')}`, body.thread_ts ?? body.channel, body.text)
    return { json: { ok: true, channel: channel.id, ts } }
  },

  /** A program that takes the webhook tool's posts. */
  webhook: ({ path, body }, take) => ({ json: { id: take('', path, JSON.stringify(body)) } }),
}

function fieldsOf(type: string, text: string): Record<string, unknown> {
  if (type.startsWith('application/json') && text !== '') return JSON.parse(text)
  if (type.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text))
  return { raw: text }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

const portOf = (address: AddressInfo | string | null): number => {
  if (address === null || typeof address === 'string') throw new Error('a server that listens on no port')
  return address.port
}

export async function startProvider(): Promise<Provider> {
  const taken: Taken[] = []
  let number = 1000
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://127.0.0.1')
    const [, name = '', ...rest] = pathname.split('/')
    const kind = name === 'whatsapp' ? 'sms' : name
    const body = fieldsOf(request.headers['content-type'] ?? '', await textOf(request))
    const take: Take = (id, to, text) => {
      taken.push({ kind: name, id, to: String(to), text: String(text ?? ''), body })
      return id
    }
    const asked = { path: `/${rest.join('/')}`, method: request.method ?? '', query, body, number: ++number }
    const { status = 200, json } = speakers[kind]?.(asked, take) ?? { status: 404, json: { error: `no provider ${name}` } }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
  }
  const http = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData: (stream, session, done) => {
      void textOf(stream).then((text) => {
        const id = /^message-id:\s*<([^>]+)>/im.exec(text)?.[1] ?? ''
        const to = session.envelope.rcptTo.map(({ address }) => address).join(',')
        taken.push({ kind: 'email', id, to, text, body: {} })
        done()
      }, done)
    },
  })
  const mail = await new Promise<number>((resolve) => {
    const server = smtp.listen(0, '127.0.0.1', () => resolve(portOf(server.address())))
  })
  return {
    root: (kind) => (kind === 'email' ? `smtp://127.0.0.1:${mail}` : `http://127.0.0.1:${portOf(http.address())}/${kind}`),
    taken,
    close: async () => {
      http.closeAllConnections()
      await new Promise((closed) => http.close(closed))
      await new Promise<void>((closed) => smtp.close(() => closed()))
    },
  }
}
