/** Twilio's REST API as far as the hub needs it: account, number, WhatsApp sender, messages, media. */
import { Hono } from 'hono'
import { ann } from '../ann.ts'
import { dropAnswer, type Faulty, faultOf } from '../faults.ts'
import type { Sandbox } from '../sandbox.ts'
import { accountJson, messageJson, numberJson, page, RestError, senderJson, type TwilioPhone } from './answer.ts'
import { createMessage } from './messages.ts'

const VERSION = '/2010-04-01/Accounts/:account'
const notFound = (what: string) => new RestError(404, 20404, `The requested resource ${what} was not found`)

/** `SmsUrl` -> `sms_url`. */
const snake = (name: string) => name.replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase()

function takeFrom(value: unknown): Record<string, string> {
  const taken = Object.entries(value ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(taken)
}

export function twilioApi(sandbox: Sandbox): Hono<Faulty> {
  const app = new Hono<Faulty>()
  const { state } = sandbox.book

  app.onError((error) => {
    if (error instanceof RestError) return error.toResponse()
    throw error
  })

  app.use(async (c, next) => {
    const { account, token } = state.twilio
    const expected = `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`
    // The CDN behind a media redirect refuses nothing and knows nobody.
    if (!c.req.path.includes('/cdn/') && c.req.header('authorization') !== expected) {
      throw new RestError(401, 20003, 'Authenticate')
    }
    const fault = faultOf(sandbox, 'twilio')
    if (fault === 'down') throw new RestError(503, 20503, 'Service unavailable')
    if (fault) return new RestError(429, 20429, 'Too Many Requests').toResponse({ 'retry-after': String(fault.after) })
    await next()
  })

  app.use(`${VERSION}/*`, async (c, next) => {
    if (c.req.param('account').replace(/\.json$/, '') !== state.twilio.account) throw notFound(c.req.path)
    await next()
  })

  app.get(VERSION, (c) => c.json(accountJson(state)))

  app.get(`${VERSION}/IncomingPhoneNumbers.json`, (c) => {
    const number = numberJson(state)
    const asked = c.req.query('PhoneNumber')
    const found = asked === undefined || number.phone_number.includes(asked.replace(/[^\d]/g, '')) ? [number] : []
    return c.json(page(c.req.path, 'incoming_phone_numbers', found))
  })
  app.on(['GET', 'POST'], `${VERSION}/IncomingPhoneNumbers/:file`, async (c) => {
    if (c.req.param('file') !== `${state.twilio.number.sid}.json`) throw notFound(c.req.path)
    if (c.req.method === 'POST') {
      for (const [name, value] of new URLSearchParams(await c.req.text())) state.twilio.number.hook[snake(name)] = value
      await sandbox.book.save()
    }
    return c.json(numberJson(state))
  })

  app.get('/v2/Channels/Senders', (c) =>
    c.json({
      senders: [senderJson(state)],
      meta: { key: 'senders', page: 0, page_size: 50, url: c.req.url, next_page_url: null },
    }),
  )
  app.on(['GET', 'POST'], '/v2/Channels/Senders/:sid', async (c) => {
    if (c.req.param('sid') !== state.twilio.sender.sid) throw notFound(c.req.path)
    if (c.req.method === 'GET') return c.json(senderJson(state))
    const body: unknown = await c.req.json()
    const webhook = typeof body === 'object' && body !== null && 'webhook' in body ? body.webhook : undefined
    Object.assign(state.twilio.sender.hook, takeFrom(webhook))
    await sandbox.book.save()
    return c.json(senderJson(state), 202)
  })

  // No Messaging Service holds the sandbox's numbers; a key that may look is told so.
  app.get('/v1/Services', (c) =>
    c.json({ services: [], meta: { key: 'services', page: 0, page_size: 50, url: c.req.url, next_page_url: null } }),
  )
  app.post('/v2/Indicators/Typing.json', async (c) => {
    const asked = new URLSearchParams(await c.req.text())
    const known = state.phones.whatsapp.some(({ id, from }) => from === 'person' && id === asked.get('messageId'))
    if (asked.get('channel') !== 'whatsapp' || !known) throw notFound('of this message')
    return c.json({ success: true })
  })

  app.post(`${VERSION}/Messages.json`, async (c) => {
    const message = await createMessage(sandbox, new URLSearchParams(await c.req.text()))
    if (dropAnswer(sandbox, 'twilio', c)) return c.body(null)
    return c.json(message, 201)
  })
  const kinds: TwilioPhone[] = ['sms', 'whatsapp']
  const all = () => kinds.flatMap((phone) => state.phones[phone].map((one) => messageJson(state, phone, one, ann.phone)))
  app.get(`${VERSION}/Messages.json`, (c) => {
    const { To, From } = c.req.query()
    const since = c.req.query('DateSent>')
    const found = all()
      .filter((one) => (To ? one.to === To : true) && (From ? one.from === From : true))
      .filter((one) => (since ? Date.parse(one.date_sent) >= Date.parse(since) : true))
    return c.json(page(c.req.path, 'messages', found.reverse()))
  })
  app.get(`${VERSION}/Messages/:file`, (c) => {
    const found = all().find((one) => `${one.sid}.json` === c.req.param('file'))
    if (!found) throw notFound(c.req.path)
    return c.json(found)
  })

  app.get(`${VERSION}/Messages/:message/Media/:media`, (c) =>
    c.redirect(`${sandbox.origin}/twilio/cdn/${c.req.param('media')}`, 307),
  )
  app.delete(`${VERSION}/Messages/:message/Media/:media`, (c) => c.body(null, 204))
  app.get('/cdn/:media', async (c) => {
    const file = await sandbox.files.get(c.req.param('media'))
    return file ? c.body(new Uint8Array(file.bytes), 200, { 'content-type': file.mime }) : c.body(null, 404)
  })

  app.all('*', (c) => {
    throw notFound(c.req.path)
  })
  return app
}
