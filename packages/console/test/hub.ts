/** The real core with every real connector, on the memory store; a stand-in for Telegram's servers; a browser without a screen. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createOneTimeLink, type Role } from '@throughline/core/agent/session.ts'
import { memoryBlobs } from '@throughline/core/blobs/memory.ts'
import { channelCalls } from '@throughline/core/channels/calls.ts'
import { channels } from '@throughline/core/channels/index.ts'
import { connect } from '@throughline/core/connection/connect.ts'
import type { Connection } from '@throughline/core/connector.ts'
import { deliverLog } from '@throughline/core/flow/deliver.ts'
import { receive } from '@throughline/core/flow/receive.ts'
import { routeLog } from '@throughline/core/flow/route.ts'
import type { CallingHub } from '@throughline/core/hub.ts'
import { idMaker } from '@throughline/core/id.ts'
import type { Poke } from '@throughline/core/queue/queue.ts'
import { keyring, newKey } from '@throughline/core/secrets/keyring.ts'
import { memoryStore } from '@throughline/core/store/memory.ts'
import { toolCalls } from '@throughline/core/tools/calls.ts'
import { tools } from '@throughline/core/tools/index.ts'
import type { Hono } from 'hono'
import { createConsole } from '../src/app.ts'

export const TOKEN = '4242:a-token-that-telegram-knows'
export const WORKSPACE = 'w1'
const ORIGIN = 'http://localhost:8787'

export type Sent = { method: string; body: Record<string, unknown> }
export type Refusal = { ok: false; error_code: number; description: string }
export type World = {
  hub: CallingHub
  app: Hono
  clock: { now: number }
  /** What Telegram was asked to do. */
  sent: Sent[]
  telegram: (name?: string) => Promise<Connection>
  write: (bot: Connection, text: string, from?: { id: number; first_name: string }) => Promise<void>
  /** Telegram answers so from now on. */
  refuse: (method: string, answer: Refusal) => void
  /** Lets every subscriber do its work. */
  settle: () => Promise<void>
  close: () => void
}

export async function world(): Promise<World> {
  const clock = { now: Date.UTC(2026, 10, 2, 14, 30) }
  const now = () => clock.now
  const sent: Sent[] = []
  const refusals = new Map<string, Refusal>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const [, token, method = ''] = request.url?.match(/^\/bot([^/]+)\/(\w+)/) ?? []
    const text = Buffer.concat(chunks).toString()
    const body = text.startsWith('{') ? JSON.parse(text) : {}
    sent.push({ method, body })
    response.setHeader('content-type', 'application/json')
    const refused = token === TOKEN ? refusals.get(method) : UNKNOWN_TOKEN
    response.statusCode = refused?.error_code ?? 200
    response.end(JSON.stringify(refused ?? { ok: true, result: answer(method, sent.length) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const pokes: Poke[] = []
  const hub: CallingHub = {
    store: memoryStore({ now }),
    queue: { send: async (some) => void pokes.push(...some) },
    blobs: memoryBlobs(),
    secrets: keyring(newKey()),
    channels,
    tools,
    channelCalls,
    toolCalls,
    apiRoots: { telegram: `http://127.0.0.1:${portOf(server)}` },
    config: { timezone: 'UTC', order: [], language: 'en', rules: [] },
    publicUrl: ORIGIN,
    now,
    id: idMaker(now),
    logger: { info: () => {}, warn: () => {}, error: (event, fields) => console.error(event, fields) },
    fetch,
    guardedFetch: fetch,
  }
  const settle = async () => {
    for (let poke = pokes.shift(); poke; poke = pokes.shift()) {
      if (poke.to === 'route') await routeLog(hub, poke)
      if (poke.to === 'deliver') await deliverLog(hub, poke)
    }
  }
  const telegram = async (name = 'Shop bot') =>
    (await connect(hub, WORKSPACE, { kind: 'telegram', name, credentials: { token: TOKEN } })).connection
  let update = 100
  const write: World['write'] = async (bot, text, from = { id: 77, first_name: 'Anna' }) => {
    update += 1
    const date = Math.floor(clock.now / 1000)
    const message = { message_id: update, date, chat: { ...from, type: 'private' }, from: { ...from, is_bot: false }, text }
    await receive(hub, bot.hook, {
      door: 'http',
      method: 'POST',
      url: bot.hookUrl,
      query: new URLSearchParams(),
      headers: { 'x-telegram-bot-api-secret-token': bot.secret, 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ update_id: update, message })),
      now: date,
    })
    await settle()
  }
  return {
    hub,
    refuse: (method, given) => void refusals.set(method, given),
    app: createConsole(hub, { secureCookies: false }),
    clock,
    sent,
    telegram,
    write,
    settle,
    close: () => server.close(),
  }
}

const UNKNOWN_TOKEN: Refusal = { ok: false, error_code: 401, description: 'Unauthorized' }
const me = { id: 4242, is_bot: true, first_name: 'Shop', username: 'shop_bot' }

function answer(method: string, id: number): unknown {
  if (method === 'getMe') return me
  if (method === 'getWebhookInfo') return { url: '', pending_update_count: 0 }
  if (method === 'sendMessage') return { message_id: 9000 + id, date: 1, chat: { id: 77, type: 'private' }, from: me }
  return true
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  return address.port
}

export type Answer = { status: number; text: string; headers: Headers }
export type Browser = {
  cookies: Map<string, string>
  get: (path: string, headers?: Record<string, string>) => Promise<Answer>
  post: (path: string, fields?: Record<string, string>, headers?: Record<string, string>) => Promise<Answer>
}

/** Keeps its cookies and says where its forms come from, as browsers do. */
export function browser(app: Hono, cookies = new Map<string, string>()): Browser {
  async function ask(path: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers)
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    headers.set('host', new URL(ORIGIN).host)
    const response = await app.request(`${ORIGIN}${path}`, { ...init, headers })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = line.match(/^([^=]+)=([^;]*)/) ?? []
      if (value) cookies.set(name, value)
      else cookies.delete(name)
    }
    return { status: response.status, text: await response.text(), headers: response.headers }
  }
  return {
    cookies,
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, fields = {}, headers = { origin: ORIGIN }) =>
      ask(path, { method: 'POST', headers, body: new URLSearchParams(fields) }),
  }
}

export async function signedIn(
  { hub, app }: World,
  role: Role = 'admin',
  name = 'Olga',
  workspace = WORKSPACE,
): Promise<Browser> {
  const visitor = browser(app)
  const token = await createOneTimeLink(hub, workspace, { name, role })
  await visitor.post(`/admin/${token}`)
  return visitor
}
