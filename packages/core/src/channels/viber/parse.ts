/** Callbacks in, events out. One token serves a message, its delivered and its seen: ids name the event as well. */
import type { ChannelEvent, Connection, HookRequest, Sender } from '../../channel.ts'
import { Callback, Kind, type User } from './callback.ts'
import { partOf } from './content.ts'
import { readJson } from './json.ts'

export function parse(request: HookRequest, _connection: Connection): ChannelEvent[] {
  const json = readJson(new TextDecoder().decode(request.body))
  const known = Callback.safeParse(json)
  if (known.success) return read(known.data)
  const kind = Kind.safeParse(json).data?.event ?? 'malformed'
  /** The knock of set_webhook: to be answered, nothing else. */
  return kind === 'webhook' ? [] : [{ type: 'unknown', kind }]
}

function read(callback: Callback): ChannelEvent[] {
  const { event, message_token: token } = callback
  const at = timeOf(callback.timestamp)
  const about = (user: User) => ({ id: `${event}:${token}:${user.id}`, ...at, from: senderOf(user) })
  switch (callback.event) {
    case 'message': {
      if (callback.chat_id !== undefined) return []
      const part = partOf(callback.message)
      if (part === undefined) return [{ type: 'unknown', kind: `message ${callback.message.type}` }]
      return [{ type: 'message', ...about(callback.sender), messageId: token, parts: [part] }]
    }
    case 'delivered':
      return [{ type: 'receipt', id: token, state: 'delivered', ...at }]
    case 'seen':
      return [{ type: 'receipt', id: token, state: 'read', ...at }]
    case 'failed':
      return [{ type: 'receipt', id: token, state: 'failed', ...at, failure: failed(callback.desc) }]
    case 'subscribed':
      return [{ type: 'optIn', ...about(callback.user) }]
    case 'unsubscribed':
      return [{ type: 'optOut', why: 'unsubscribed', ...about({ id: callback.user_id }) }]
    case 'conversation_started':
      return [{ type: 'start', ...about(callback.user), ...(callback.context && { token: callback.context }) }]
  }
}

/** The customer's own app refused it: another try would meet the same app. */
const failed = (desc = '') => ({
  code: 'badContent' as const,
  again: 'never' as const,
  certain: true,
  words: `The customer's Viber could not show it${desc && `: ${desc}`}`,
  ...(desc && { provider: desc }),
})

/** What Viber calls those who keep their names to themselves. */
const NOBODY = 'Subscriber'

/** Ids are case-sensitive and valid for this bot alone. */
const senderOf = (user: User): Sender => ({
  address: user.id,
  ...(user.name && user.name !== NOBODY && { name: user.name }),
  ...(user.language && { language: user.language }),
})

/** Milliseconds; beyond the calendar lies nothing. */
const timeOf = (timestamp: number | undefined): { at?: string } =>
  timestamp !== undefined && timestamp > 0 && timestamp <= 8.64e15 ? { at: new Date(timestamp).toISOString() } : {}
