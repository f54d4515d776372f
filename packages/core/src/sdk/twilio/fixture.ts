/** Signs a body as Twilio does, by Twilio's own code: for the fixtures of both channels. */
import { createHash } from 'node:crypto'
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import type { ChannelEvent } from '../../channel.ts'
import type { Connection, Failure, HookRequest } from '../../connector.ts'
import { isMedia } from '../../message.ts'
import { readForm } from './form.ts'

/** As long as Twilio's are. */
export const sidOf = (kind: string, number: number) => `${kind}${String(number).padStart(32, '0')}`
export const ACCOUNT = sidOf('AC', 1)
export const TOKEN = '0123456789abcdef0123456789abcdef'

const tokenOf = (connection: Connection) => String(connection.credentials.authToken ?? '')

/** A body that begins as JSON goes as JSON, with its hash in the query. */
export function signTwilio(body: Uint8Array, connection: Connection, query = ''): HookRequest {
  const json = new TextDecoder().decode(body).startsWith('{"')
  const hash = json ? `bodySHA256=${createHash('sha256').update(body).digest('hex')}` : ''
  const type = json ? 'application/json' : 'application/x-www-form-urlencoded; charset=utf-8'
  const search = [query, hash].filter(Boolean).join('&')
  const request: HookRequest = {
    door: 'http',
    method: 'POST',
    url: search ? `${connection.hookUrl}?${search}` : connection.hookUrl,
    query: new URLSearchParams(search),
    headers: { 'content-type': type },
    body,
    now: 1767600000,
  }
  const signature = getExpectedTwilioSignature(tokenOf(connection), request.url, json ? {} : readForm(request))
  return { ...request, headers: { ...request.headers, 'x-twilio-signature': signature } }
}

/** Ways to forge one. */
export const forgedTwilio: Record<string, (request: HookRequest) => HookRequest> = {
  'another token': (request) => ({
    ...request,
    headers: {
      ...request.headers,
      'x-twilio-signature': getExpectedTwilioSignature('another-token', request.url, readForm(request)),
    },
  }),
  'a field changed': (request) => ({
    ...request,
    body: new TextEncoder().encode(new TextDecoder().decode(request.body).replace('Body=', 'Body=x')),
  }),
  'a field added': (request) => ({
    ...request,
    body: new TextEncoder().encode(`${new TextDecoder().decode(request.body)}&Extra=1`),
  }),
  'another path': (request) => ({ ...request, url: `${request.url}x` }),
  'another query': (request) => ({ ...request, url: `${request.url}${request.url.includes('?') ? '&' : '?'}m=other` }),
  'plain http': (request) => ({ ...request, url: request.url.replace('https:', 'http:') }),
  'signature cut short': (request) => ({
    ...request,
    headers: { ...request.headers, 'x-twilio-signature': (request.headers['x-twilio-signature'] ?? '').slice(0, -4) },
  }),
}

export const TWIML = {
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: '<?xml version="1.0" encoding="UTF-8"?><Response></Response>',
}

/** What events say otherwise than the index of a foreign payload does. */
export const contradictionsOf =
  (prefix: string) =>
  (events: ChannelEvent[], expected: Record<string, unknown>): string[] => {
    const [event, ...more] = events
    const wrong = more.length > 0 ? [`${events.length} events`] : []
    const claim = (what: string, found: unknown, wanted: unknown) => {
      if (found !== wanted) wrong.push(`${what} ${found} instead of ${wanted}`)
    }
    if (event?.type === 'receipt') {
      claim('id', event.id, expected.MessageSid)
      claim(
        'state',
        event.state === 'failed' ? (event.failure?.provider ?? '') : event.state,
        expected.ErrorCode ?? expected.MessageStatus,
      )
      return wrong
    }
    if (event?.type !== 'message') return [...wrong, `${event?.type ?? 'nothing'} instead of a message`]
    const files = event.parts.filter(isMedia)
    const words = event.parts.map((part) => (part.type === 'text' ? part.text : isMedia(part) ? (part.caption ?? '') : ''))
    claim('id', event.id, expected.MessageSid)
    claim('address', prefix + event.from.address, expected.From)
    claim('words', words.join(''), expected.Body)
    claim('files', String(files.length), expected.NumMedia)
    if (expected.ExternalUserId) claim('BSUID', `whatsapp:${event.from.id}`, expected.ExternalUserId)
    return wrong
  }

export const form = (fields: Record<string, string>) =>
  new URLSearchParams({ ApiVersion: '2010-04-01', AccountSid: ACCOUNT, ...fields }).toString()

/** What Messages.create answers. */
export const CREATED = {
  status: 201,
  json: { sid: 'SM99999999999999999999999999999999', account_sid: ACCOUNT, status: 'queued', error_code: null },
}
export const MESSAGES = `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`
export const AUTHORIZATION = `Basic ${btoa(`${ACCOUNT}:${TOKEN}`)}`

type ErrorRow = {
  name: string
  answer: { status: number; json?: unknown; text?: string; headers?: Record<string, string> }
  failure: Partial<Failure>
}

const refused = (code: number, failure: Partial<Failure>, status = 400): ErrorRow => ({
  name: `${code}: ${failure.code}`,
  answer: { status, json: { code, message: `error ${code}`, status, more_info: `https://www.twilio.com/docs/errors/${code}` } },
  failure: { certain: true, provider: String(code), ...failure },
})

/** The same table for both channels. */
export const twilioErrors: ErrorRow[] = [
  refused(21211, { code: 'unreachable', again: 'never' }),
  refused(21614, { code: 'unreachable', again: 'never' }),
  refused(21408, { code: 'notConfigured', again: 'never' }),
  refused(21610, { code: 'optedOut', again: 'never', effect: 'optedOut' }),
  refused(21617, { code: 'tooLong', again: 'never' }),
  refused(21620, { code: 'mediaRejected', again: 'never' }),
  refused(21611, { code: 'rateLimited', again: { after: 900 } }),
  refused(63016, { code: 'windowClosed', again: 'never' }),
  refused(63014, { code: 'blocked', effect: 'blocked' }),
  refused(63018, { code: 'rateLimited', again: { after: 60 } }),
  refused(20003, { code: 'unauthorized', again: 'never', effect: 'unauthorized' }, 401),
  refused(20404, { code: 'notConfigured', again: 'never' }, 404),
  refused(99999, { code: 'unknown', again: 'never' }),
  {
    name: '429 with Retry-After: not processed, so certain',
    answer: { status: 429, json: { code: 20429 }, headers: { 'retry-after': '7' } },
    failure: { code: 'rateLimited', again: { after: 7 }, certain: true },
  },
  {
    name: '429 of a proxy',
    answer: { status: 429, text: 'slow down' },
    failure: { code: 'rateLimited', again: { after: 60 }, certain: true },
  },
  { name: '401 without a code', answer: { status: 401, text: '' }, failure: { code: 'unauthorized', certain: true } },
  {
    name: '500: may have sent',
    answer: { status: 500, json: { code: 20500 } },
    failure: { code: 'providerDown', again: 'never', certain: false },
  },
  { name: '503 in HTML', answer: { status: 503, text: '<html>' }, failure: { code: 'providerDown', certain: false } },
  { name: '201 that is no JSON', answer: { status: 201, text: '<html>' }, failure: { certain: false, again: 'never' } },
]
