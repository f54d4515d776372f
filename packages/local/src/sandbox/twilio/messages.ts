/** Messages.json: what the hub sends appears on the phone, and its fate goes back by signed callbacks. */
import { randomBytes } from 'node:crypto'
import { ann, business } from '../ann.ts'
import { fetchFile, keep, type Sandbox, show } from '../sandbox.ts'
import type { Bubble } from '../state.ts'
import { addressOf, messageJson, RestError, type TwilioPhone } from './answer.ts'
import { addHook } from './hooks.ts'

export const sid = (kind: 'SM' | 'MM' | 'ME') => `${kind}${randomBytes(16).toString('hex')}`
const WINDOW = 24 * 3600 * 1000

type Order = { phone: TwilioPhone; body: string; mediaUrl: string | undefined; callback: string | undefined; template: boolean }

/** Refuses what Twilio refuses at once. */
function read(sandbox: Sandbox, form: URLSearchParams): Order {
  const to = form.get('To') ?? ''
  const from = form.get('From') ?? ''
  const body = form.get('Body') ?? ''
  const media = form.getAll('MediaUrl')
  if (!to) throw new RestError(400, 21604, "A 'To' phone number is required.")
  if (!from) throw new RestError(400, 21603, "A 'From' phone number is required.")
  if (to.startsWith('whatsapp:') !== from.startsWith('whatsapp:')) {
    throw new RestError(400, 21910, "Invalid 'From' and 'To' pair: both must be of the same channel")
  }
  const phone: TwilioPhone = to.startsWith('whatsapp:') ? 'whatsapp' : 'sms'
  if (from !== addressOf(phone, business[phone]))
    throw new RestError(400, 21606, `The 'From' ${from} is not a sender of this account`)
  if (to !== addressOf(phone, ann.phone)) throw new RestError(400, 21211, `The 'To' number ${to} is not a valid phone number`)
  const template = templateText(form)
  if (!body && media.length === 0 && template === undefined) throw new RestError(400, 21602, 'Message body is required')
  if (body.length > 1600) throw new RestError(400, 21617, 'The concatenated message body exceeds the 1600 character limit')
  if (media.length > (phone === 'whatsapp' ? 1 : 10))
    throw new RestError(400, 21623, 'Number of media files exceeds allowed limit')
  if (phone === 'sms' && sandbox.book.state.twilio.optedOut) {
    throw new RestError(400, 21610, 'Attempt to send to unsubscribed recipient')
  }
  const text = [template ?? body, ...form.getAll('PersistentAction').map(placeText)].join('\n')
  const callback = form.get('StatusCallback') ?? undefined
  return { phone, body: text, mediaUrl: media[0], callback, template: template !== undefined }
}

/** What a template says is Twilio's secret; the phone shows which one it is, and its variables. */
function templateText(form: URLSearchParams): string | undefined {
  const id = form.get('ContentSid')
  if (!id) return undefined
  if (!/^HX[0-9a-fA-F]{32}$/.test(id)) throw new RestError(400, 21655, `The ContentSid ${id} is invalid`)
  return `[template ${id.slice(0, 6)}…] ${variablesOf(form.get('ContentVariables') ?? '{}').join(', ')}`.trim()
}

function variablesOf(json: string): string[] {
  try {
    const value: unknown = JSON.parse(json)
    const values = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.values(value) : [null]
    if (values.every((one) => typeof one === 'string' && one !== '' && !/[\n\t]| {4}/.test(one))) return values
  } catch {}
  throw new RestError(400, 21656, 'The ContentVariables Parameter is invalid')
}

/** `geo:52.52,13.4|Mitte 1` */
function placeText(action: string): string {
  const [, at, label] = /^geo:(-?[\d.]+,-?[\d.]+)(?:\|(.*))?$/.exec(action) ?? []
  if (!at) throw new RestError(400, 20001, `Invalid PersistentAction ${action}`)
  return `📍 ${[label, at].filter(Boolean).join(' · ')}`
}

/** Free-form words reach a WhatsApp customer within a day of their last ones. */
function windowOpen(sandbox: Sandbox): boolean {
  const last = sandbox.book.state.phones.whatsapp.findLast(({ from }) => from === 'person')
  return last !== undefined && Date.now() - Date.parse(last.at) < WINDOW
}

export async function createMessage(sandbox: Sandbox, form: URLSearchParams) {
  const { phone, body, mediaUrl, callback, template } = read(sandbox, form)
  const id = sid(mediaUrl ? 'MM' : 'SM')
  const fetched = mediaUrl ? await fetchFile(sandbox, mediaUrl).catch(() => undefined) : undefined
  const closed = phone === 'whatsapp' && !template && !windowOpen(sandbox)
  const error = closed ? '63016' : mediaUrl && !fetched ? '63019' : undefined
  const file = fetched && (await keep(sandbox, sid('ME'), fetched))
  const bubble: Omit<Bubble, 'at'> = { id, from: 'business', text: body, state: 'delivered', ...(file && { file }) }
  if (!error) show(sandbox, phone, bubble)
  await sandbox.book.save()
  if (callback) await report(sandbox, phone, id, callback, error)
  const at = new Date().toISOString()
  return { ...messageJson(sandbox.book.state, phone, { ...bubble, at }, ann.phone), status: 'queued', date_sent: null }
}

async function report(sandbox: Sandbox, phone: TwilioPhone, id: string, url: string, error: string | undefined): Promise<void> {
  const { account } = sandbox.book.state.twilio
  const read = phone === 'whatsapp' ? ['read'] : []
  const statuses = error ? ['queued', 'failed'] : ['queued', 'sent', 'delivered', ...read]
  for (const status of statuses) {
    const params = {
      AccountSid: account,
      ApiVersion: '2010-04-01',
      From: addressOf(phone, business[phone]),
      MessageSid: id,
      MessageStatus: status,
      SmsSid: id,
      SmsStatus: status,
      To: addressOf(phone, ann.phone),
      ...(phone === 'whatsapp' && { ChannelPrefix: 'whatsapp' }),
      ...(status === 'failed' && error && { ErrorCode: error }),
      ...(status === 'read' && { EventType: 'READ' }),
    }
    await addHook(sandbox, phone, id, { lane: `status/${id}`, url, params, wait: sandbox.pace })
  }
}
