/** Viber's REST Bot API: /sandbox/viber/pa/<method>. HTTP says 200 even to errors; the truth is in `status`. */
import { Hono } from 'hono'
import * as z from 'zod/mini'
import { ann, business } from '../ann.ts'
import { dropAnswer, type Faulty, faultOf } from '../faults.ts'
import type { Sandbox } from '../sandbox.ts'
import { exact, HOST, knock } from './callback.ts'
import { ViberError } from './error.ts'
import { send } from './send.ts'

const EVENTS = ['delivered', 'seen', 'failed', 'subscribed', 'unsubscribed', 'conversation_started']
const SetWebhook = z.object({ url: z.string(), event_types: z.optional(z.array(z.string())) })

async function setWebhook(sandbox: Sandbox, body: unknown) {
  const wanted = SetWebhook.safeParse(body)
  if (!wanted.success) throw new ViberError(4, 'missingData')
  const { url, event_types = EVENTS } = wanted.data
  const { viber } = sandbox.book.state
  if (url === '') {
    viber.webhook = undefined
    await sandbox.book.save()
    return { event_types: [] }
  }
  if (!(await knock(sandbox, url))) throw new ViberError(1, 'invalidUrl')
  viber.webhook = { url, events: event_types }
  await sandbox.book.save()
  return {
    event_types: ['message', 'subscribed', 'unsubscribed', ...event_types].filter((one, at, all) => all.indexOf(one) === at),
  }
}

function accountInfo(sandbox: Sandbox) {
  const { viber } = sandbox.book.state
  return {
    id: 'pa:7100020000000000001',
    chat_hostname: HOST,
    name: business.name,
    uri: business.viberUri,
    icon: '',
    background: '',
    category: 'Shopping',
    subcategory: 'Local shop',
    location: { lat: 38.9, lon: -77.04 },
    country: 'US',
    webhook: viber.webhook?.url ?? '',
    event_types: viber.webhook?.events ?? [],
    subscribers_count: viber.subscribed ? 1 : 0,
    members: [],
  }
}

function userDetails(body: unknown) {
  const asked = z.object({ id: z.string() }).safeParse(body)
  if (!asked.success) throw new ViberError(4, 'missingData')
  if (asked.data.id !== ann.viber) throw new ViberError(5, 'receiverNotRegistered')
  return {
    message_token: '0',
    user: {
      id: ann.viber,
      name: ann.name,
      avatar: '',
      country: 'US',
      language: 'en',
      primary_device_os: 'Android 15',
      api_version: 10,
      viber_version: '25.1.0',
      mcc: 310,
      mnc: 260,
      device_type: 'Pixel',
    },
  }
}

const methods: Record<string, (sandbox: Sandbox, body: unknown) => unknown> = {
  set_webhook: setWebhook,
  get_account_info: accountInfo,
  get_user_details: (_, body) => userDetails(body),
  send_message: send,
}

/** The header, or `auth_token` in the body. */
function tokenOf(header: string | undefined, body: unknown): string | undefined {
  const inBody = typeof body === 'object' && body !== null && 'auth_token' in body ? body.auth_token : undefined
  return header ?? (typeof inBody === 'string' ? inBody : undefined)
}

export function viberApi(sandbox: Sandbox): Hono<Faulty> {
  const app = new Hono<Faulty>()
  const answer = (status: number, words: string, rest: unknown = {}) =>
    new Response(exact({ status, status_message: words, chat_hostname: HOST, ...Object(rest) }), {
      headers: { 'content-type': 'application/json' },
    })

  app.post('/pa/:method', async (c) => {
    const raw = await c.req.text()
    try {
      if (raw.length > 30_000) throw new ViberError(3, 'badData')
      const body: unknown = raw === '' ? {} : JSON.parse(raw)
      const token = tokenOf(c.req.header('x-viber-auth-token'), body)
      if (token === undefined) throw new ViberError(2, 'missing_auth_token')
      if (token !== sandbox.book.state.viber.token) throw new ViberError(2, 'invalidAuthToken')
      const name = c.req.param('method')
      const method = Object.hasOwn(methods, name) ? methods[name] : undefined
      if (!method) return c.json({ status: 3, status_message: 'badData' }, 404)
      const fault = faultOf(sandbox, 'viber')
      if (fault === 'down') return c.text('Bad Gateway', 502)
      if (fault) throw new ViberError(12, 'tooManyRequests')
      const result = await method(sandbox, body)
      if (name === 'send_message' && dropAnswer(sandbox, 'viber', c)) return c.body(null)
      return answer(0, 'ok', result)
    } catch (error) {
      if (error instanceof ViberError) return answer(error.status, error.words)
      if (error instanceof SyntaxError) return answer(3, 'badData')
      throw error
    }
  })

  /** Pictures that people send lie open under a name nobody can guess. */
  app.get('/media/:key', async (c) => {
    const file = await sandbox.files.get(c.req.param('key'))
    return file ? c.body(new Uint8Array(file.bytes), 200, { 'content-type': file.mime }) : c.body(null, 404)
  })
  return app
}
