/** What SMS and WhatsApp have in common on the way in: which form is which event, parts, opt-out words, receipts. */
import type { ChannelEvent, ReceiptState, Sender } from '../../channel.ts'
import type { HookRequest } from '../../connector.ts'
import { failureOf } from './errors.ts'
import { type Form, field, isJson, readForm } from './form.ts'
import { partsOf } from './parts.ts'

/** What differs between the two. */
export type Manner = {
  sender(form: Form): Sender | undefined
  /** Words that mean leaving, returning or asking for help when they are the whole message. */
  words: { stop: readonly string[]; start: readonly string[]; help: readonly string[] }
  /** The Body beside one attachment is its caption. */
  captions: boolean
  /** What `send` and `typing` need of this message. */
  thread?(id: string): Record<string, unknown>
}

const STATES: Record<string, ReceiptState | 'pending'> = {
  accepted: 'pending',
  scheduled: 'pending',
  queued: 'pending',
  sending: 'pending',
  sent: 'sent',
  partially_delivered: 'sent',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
}

export function parseTwilio(request: HookRequest, manner: Manner): ChannelEvent[] {
  if (isJson(request)) return [{ type: 'unknown', kind: 'json' }]
  const form = readForm(request)
  const status = field(form, 'MessageStatus') ?? field(form, 'SmsStatus')
  const id = field(form, 'MessageSid') ?? field(form, 'SmsSid')
  if (id && status && status !== 'received' && status !== 'receiving') return receipt(id, status, form, request)
  const from = manner.sender(form)
  if (!id || !from) return [{ type: 'unknown', kind: kindOf(form) }]
  return incoming(id, from, form, manner)
}

/** What came in place of a message: a call, a message of another channel at the same Messaging Service. */
function kindOf(form: Form): string {
  const channel = /^([a-z]+):/.exec(field(form, 'From') ?? '')?.[1]
  return field(form, 'EventType') ?? (field(form, 'CallSid') ? 'call' : channel ? `message by ${channel}` : 'form')
}

/** Out of order and repeated by nature: the hub keeps the rank. States before `sent` say nothing that the send did not. */
function receipt(id: string, status: string, form: Form, request: HookRequest): ChannelEvent[] {
  const state = STATES[status]
  if (!state) return [{ type: 'unknown', kind: `status ${status}` }]
  if (state === 'pending') return []
  const reference = request.query.get('m')
  return [
    {
      type: 'receipt',
      id,
      ...(reference && { reference }),
      state,
      ...(state === 'failed' && { failure: failureOf(field(form, 'ErrorCode'), saidOf(form, status)) }),
    },
  ]
}

const saidOf = (form: Form, status: string) =>
  `Twilio says: ${field(form, 'ErrorMessage') ?? field(form, 'ChannelStatusMessage') ?? `${status}.`}`

function incoming(id: string, from: Sender, form: Form, manner: Manner): ChannelEvent[] {
  const about = { id, from }
  const wish = wishOf(form, manner.words)
  const replyTo = field(form, 'OriginalRepliedMessageSid')
  const message: ChannelEvent = {
    type: 'message',
    ...about,
    parts: partsOf(form, manner.captions),
    ...(replyTo && { replyTo }),
    ...(wish?.automatic && { automatic: true }),
    ...(manner.thread && { thread: manner.thread(id) }),
  }
  if (wish?.to === 'stop') return [message, { type: 'optOut', ...about, why: 'stop' }]
  if (wish?.to === 'start') return [message, { type: 'optIn', ...about }]
  return [message]
}

/**
 * OptOutType says that Twilio handled the word; otherwise the word alone decides. YES re-opens a blocked number, but to everybody
 * else it is a plain answer: it opts in and still counts as a message.
 */
function wishOf(form: Form, words: Manner['words']): { to: 'stop' | 'start' | 'help'; automatic: boolean } | undefined {
  const handled = field(form, 'OptOutType')?.toLowerCase()
  if (handled === 'stop' || handled === 'start' || handled === 'help') return { to: handled, automatic: true }
  const word = field(form, 'Body')?.trim().toUpperCase()
  if (!word) return undefined
  if (words.stop.includes(word)) return { to: 'stop', automatic: true }
  if (words.start.includes(word)) return { to: 'start', automatic: word !== 'YES' }
  return words.help.includes(word) ? { to: 'help', automatic: true } : undefined
}

/** `+` and digits is a phone that the carrier or WhatsApp vouches for; short codes, names and BSUIDs are addresses alone. */
export const provenPhone = (address: string): string | undefined => (/^\+[1-9]\d{6,14}$/.test(address) ? address : undefined)
