/** How Twilio's REST API answers: snake case, RFC 2822 dates, errors with a code and a page about it. */
import { business } from '../ann.ts'
import type { Bubble, State } from '../state.ts'

export class RestError extends Error {
  constructor(
    readonly status: 400 | 401 | 404 | 429 | 503,
    readonly code: number,
    message: string,
  ) {
    super(message)
  }
  toResponse(headers: Record<string, string> = {}): Response {
    const { code, message, status } = this
    return Response.json({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, { status, headers })
  }
}

export type TwilioPhone = 'sms' | 'whatsapp'

const rfc2822 = (iso: string) => new Date(iso).toUTCString().replace('GMT', '+0000')

/** The business's and the person's side as Twilio writes them. */
export const addressOf = (phone: TwilioPhone, number: string) => (phone === 'whatsapp' ? `whatsapp:${number}` : number)

const STATUS: Record<Bubble['state'], string> = {
  sending: 'received',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  failed: 'failed',
}

export function messageJson(state: State, phone: TwilioPhone, bubble: Bubble, person: string) {
  const { account } = state.twilio
  const inbound = bubble.from === 'person'
  const ours = addressOf(phone, business[phone])
  const theirs = addressOf(phone, person)
  return {
    account_sid: account,
    api_version: '2010-04-01',
    body: bubble.text,
    date_created: rfc2822(bubble.at),
    date_sent: rfc2822(bubble.at),
    date_updated: rfc2822(bubble.at),
    direction: inbound ? 'inbound' : 'outbound-api',
    error_code: null,
    error_message: null,
    from: inbound ? theirs : ours,
    messaging_service_sid: null,
    num_media: bubble.file ? '1' : '0',
    num_segments: '1',
    price: null,
    price_unit: 'USD',
    sid: bubble.id,
    status: inbound ? 'received' : STATUS[bubble.state],
    subresource_uris: { media: `/2010-04-01/Accounts/${account}/Messages/${bubble.id}/Media.json` },
    to: inbound ? ours : theirs,
    uri: `/2010-04-01/Accounts/${account}/Messages/${bubble.id}.json`,
  }
}

export const page = (uri: string, name: string, items: unknown[]) => ({
  [name]: items,
  end: Math.max(items.length - 1, 0),
  first_page_uri: `${uri}?Page=0`,
  next_page_uri: null,
  page: 0,
  page_size: 50,
  previous_page_uri: null,
  start: 0,
  uri,
})

export function accountJson(state: State) {
  const { account } = state.twilio
  const now = rfc2822(new Date().toISOString())
  return {
    sid: account,
    friendly_name: business.name,
    status: 'active',
    type: 'Full',
    owner_account_sid: account,
    date_created: now,
    date_updated: now,
    subresource_uris: {},
    uri: `/2010-04-01/Accounts/${account}.json`,
  }
}

export function numberJson(state: State) {
  const { account, number } = state.twilio
  return {
    sid: number.sid,
    account_sid: account,
    phone_number: business.sms,
    friendly_name: business.sms,
    api_version: '2010-04-01',
    capabilities: { sms: true, mms: true, voice: false, fax: false },
    sms_url: '',
    sms_method: 'POST',
    sms_fallback_url: '',
    sms_fallback_method: 'POST',
    status_callback: '',
    status_callback_method: 'POST',
    status: 'in-use',
    uri: `/2010-04-01/Accounts/${account}/IncomingPhoneNumbers/${number.sid}.json`,
    ...number.hook,
  }
}

export function senderJson(state: State) {
  const { sender } = state.twilio
  return {
    sid: sender.sid,
    sender_id: addressOf('whatsapp', business.whatsapp),
    status: 'ONLINE',
    configuration: {},
    profile: { name: business.name },
    webhook: sender.hook,
    properties: { quality_rating: 'HIGH', messaging_limit: '1K Customers/24hr' },
    url: `https://messaging.twilio.com/v2/Channels/Senders/${sender.sid}`,
  }
}
