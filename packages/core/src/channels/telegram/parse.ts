/** Updates in, events out. Only private chats are customers; groups and channels change nothing. */
import type * as z from 'zod/mini'
import type { ChannelEvent, Connection, HookRequest, Sender } from '../../channel.ts'
import { partsOf } from './content.ts'
import { type Chat, DeletedMessages, MemberChange, Message, MessageReaction, Update, type User } from './update.ts'

type Read = (value: unknown, updateId: number) => ChannelEvent[] | undefined

/** `undefined` from a reader: not of the shape we know. */
const READERS: Readonly<Record<string, Read>> = {
  message: as(Message, readMessage),
  business_message: as(Message, readMessage),
  edited_message: as(Message, readEdit),
  edited_business_message: as(Message, readEdit),
  deleted_business_messages: as(DeletedMessages, readDeletions),
  message_reaction: as(MessageReaction, readReaction),
  my_chat_member: as(MemberChange, readMember),
}

/** Happens in groups and channels, where no customer is. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  'channel_post',
  'edited_channel_post',
  'message_reaction_count',
  'chat_member',
  'chat_join_request',
  'chat_boost',
  'removed_chat_boost',
])

export function parse(request: HookRequest, _connection: Connection): ChannelEvent[] {
  const update = Update.safeParse(readJson(request.body))
  if (!update.success) return [{ type: 'unknown', kind: 'malformed' }]
  const { update_id, ...rest } = update.data
  const [kind, value] = Object.entries(rest)[0] ?? ['empty', undefined]
  if (ELSEWHERE.has(kind)) return []
  const read = Object.hasOwn(READERS, kind) ? READERS[kind] : undefined
  return read?.(value, update_id) ?? [{ type: 'unknown', kind }]
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}

function as<T>(schema: z.ZodMiniType<T>, read: (value: T, about: (date: number) => string, raw: object) => ChannelEvent[]): Read {
  return (value, updateId) => {
    const known = schema.safeParse(value)
    if (!known.success || typeof value !== 'object' || value === null) return undefined
    /** Update ids restart at random after a quiet week; with the date they stay unique. */
    return read(known.data, (date) => `${updateId}:${date}`, value)
  }
}

function readMessage(message: Message, id: (date: number) => string, raw: object): ChannelEvent[] {
  const from = senderOf(message.chat, message.from, message)
  if (from === undefined) return []
  const about = { id: id(message.date), ...timeOf(message.date), from }
  const start = /^\/start(?:@\w+)?(?:\s+([\w-]{1,64}))?\s*$/.exec(message.text ?? '')
  if (start) return [{ type: 'start', ...about, ...(start[1] !== undefined && { token: start[1] }) }]
  const parts = partsOf(message, raw)
  if (parts === undefined) return []
  const thread = threadOf(message)
  const answered = message.reply_to_message?.message_id
  const event: ChannelEvent = {
    type: 'message',
    ...about,
    parts,
    messageId: nameOf(message.message_id, message.business_connection_id),
    ...(thread && { thread }),
    /** In a topic every message without an explicit reply answers the topic's own beginning. */
    ...(answered !== undefined &&
      answered !== message.message_thread_id && { replyTo: nameOf(answered, message.business_connection_id) }),
  }
  const phone = ownPhone(message)
  return phone === undefined ? [event] : [event, { type: 'contact', ...about, phone }]
}

/** Anybody's card can be sent; only the sender's own, by Telegram's user id, proves a phone. */
function ownPhone({ contact, from, forward_origin }: Message): string | undefined {
  if (contact === undefined || contact.user_id === undefined || contact.user_id !== from?.id || forward_origin !== undefined)
    return undefined
  const digits = contact.phone_number.replace(/\D/g, '')
  return digits === '' ? undefined : `+${digits}`
}

function readEdit(message: Message, id: (date: number) => string, raw: object): ChannelEvent[] {
  const from = senderOf(message.chat, message.from, message)
  const parts = partsOf(message, raw)
  if (from === undefined || parts === undefined) return []
  const date = message.edit_date ?? message.date
  const target = nameOf(message.message_id, message.business_connection_id)
  return [{ type: 'edit', id: id(date), ...timeOf(date), from, target, parts }]
}

/** The only update without a time of its own: the message's number stands in its place. */
function readDeletions(deleted: DeletedMessages, id: (date: number) => string): ChannelEvent[] {
  const from = senderOf(deleted.chat, undefined)
  if (from === undefined) return []
  return [...new Set(deleted.message_ids)].map((message) => ({
    type: 'delete',
    id: id(message),
    from,
    target: nameOf(message, deleted.business_connection_id),
  }))
}

/** The reactions as they are now; none: taken back. */
function readReaction(reaction: MessageReaction, id: (date: number) => string): ChannelEvent[] {
  const from = senderOf(reaction.chat, reaction.user)
  if (from === undefined || reaction.user === undefined) return []
  const emoji = reaction.new_reaction.map((one) => one.emoji ?? (one.type === 'paid' ? '⭐' : '▫️')).join('')
  return [{ type: 'reaction', id: id(reaction.date), ...timeOf(reaction.date), from, target: String(reaction.message_id), emoji }]
}

function readMember(change: MemberChange, id: (date: number) => string): ChannelEvent[] {
  const from = senderOf(change.chat, change.from)
  if (from === undefined) return []
  const about = { id: id(change.date), ...timeOf(change.date), from }
  if (change.new_chat_member.status === 'kicked') return [{ type: 'optOut', why: 'blocked', ...about }]
  return change.new_chat_member.status === 'member' ? [{ type: 'optIn', ...about }] : []
}

/**
 * The customer, or nobody: groups, channels, bots, and in a business chat the owner's own words. A private chat's id is the
 * customer's user id, and it is where answers go.
 */
function senderOf(chat: z.infer<typeof Chat>, user: User | undefined, message?: Message): Sender | undefined {
  if (chat.type !== 'private' || user?.is_bot || message?.sender_business_bot) return undefined
  if (message?.business_connection_id !== undefined && user?.id !== chat.id) return undefined
  const name = [user?.first_name, user?.last_name].filter(Boolean).join(' ')
  return {
    address: String(chat.id),
    ...(name && { name }),
    ...(user?.username && { username: user.username }),
    ...(user?.language_code && { language: user.language_code }),
  }
}

/** Message numbers are the bot's own; a business chat counts by its owner's account. */
export const nameOf = (message: number, business: string | undefined): string =>
  business === undefined ? String(message) : `${business}:${message}`

function threadOf(message: Message): Record<string, unknown> | undefined {
  const topic = message.is_topic_message ? message.message_thread_id : undefined
  const business = message.business_connection_id
  if (topic === undefined && business === undefined) return undefined
  return {
    ...(topic !== undefined && { message_thread_id: topic }),
    ...(business !== undefined && { business_connection_id: business }),
  }
}

/** 0 marks an inaccessible message; beyond the calendar lies nothing. */
function timeOf(seconds: number): { at?: string } {
  return seconds > 0 && seconds < 8.64e12 ? { at: new Date(seconds * 1000).toISOString() } : {}
}
