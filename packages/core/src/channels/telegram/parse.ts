/** Updates in, events out. Only private chats are customers; groups and channels change nothing. */
import type * as z from 'zod/mini'
import type { ChannelEvent, Connection, HookRequest } from '../../channel.ts'
import { partsOf } from './content.ts'
import { nameOf, senderOf, threadOf, timeOf } from './place.ts'
import { readPress } from './press.ts'
import { DeletedMessages, MemberChange, Message, MessageReaction, Press, Update } from './update.ts'

type About = {
  /** Update ids restart at random after a quiet week; with a date, or the number of what it is about, they stay unique. */
  id: (mark: number | string) => string
  /** The bot's. */
  account: string
  raw: object
}
/** `undefined`: not of the shape we know. */
type Read = (value: unknown, about: Omit<About, 'raw'>) => ChannelEvent[] | undefined

const READERS: Readonly<Record<string, Read>> = {
  message: as(Message, readMessage),
  business_message: as(Message, readMessage),
  edited_message: as(Message, readEdit),
  edited_business_message: as(Message, readEdit),
  deleted_business_messages: as(DeletedMessages, readDeletions),
  message_reaction: as(MessageReaction, readReaction),
  my_chat_member: as(MemberChange, readMember),
  callback_query: as(Press, (press, { id }) => readPress(press, id)),
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

export function parse(request: HookRequest, connection: Connection): ChannelEvent[] {
  const update = Update.safeParse(readJson(request.body))
  if (!update.success) return [{ type: 'unknown', kind: 'malformed' }]
  const { update_id, ...rest } = update.data
  const [kind, value] = Object.entries(rest)[0] ?? ['empty', undefined]
  if (ELSEWHERE.has(kind)) return []
  const read = Object.hasOwn(READERS, kind) ? READERS[kind] : undefined
  const about = { id: (mark: number | string) => `${update_id}:${mark}`, account: connection.account }
  return read?.(value, about) ?? [{ type: 'unknown', kind: kind.slice(0, 64) }]
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}

function as<T>(schema: z.ZodMiniType<T>, read: (value: T, about: About) => ChannelEvent[] | undefined): Read {
  return (value, about) => {
    const known = schema.safeParse(value)
    return known.success && typeof value === 'object' && value !== null ? read(known.data, { ...about, raw: value }) : undefined
  }
}

function readMessage(message: Message, { id, account, raw }: About): ChannelEvent[] {
  const from = senderOf(message.chat, message.from, message)
  if (from === undefined) return []
  const about = { id: id(message.date), ...timeOf(message.date), from }
  const start = /^\/start(?:@\w+)?(?:\s+([\w-]{1,64}))?\s*$/.exec(message.text?.slice(0, 200) ?? '')
  if (start) return [{ type: 'start', ...about, ...(start[1] !== undefined && { token: start[1] }) }]
  const parts = partsOf(message, raw, account)
  if (parts === undefined) return []
  const answered = message.reply_to_message?.message_id
  const event: ChannelEvent = {
    type: 'message',
    ...about,
    parts,
    messageId: nameOf(message.message_id, message.business_connection_id),
    thread: threadOf(message),
    ...(message.media_group_id !== undefined && { album: message.media_group_id }),
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
  return /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : undefined
}

/** Comes for changes that nobody sees as well (a link's preview): what has changed is for who knows the message. */
function readEdit(message: Message, { id, account, raw }: About): ChannelEvent[] {
  const from = senderOf(message.chat, message.from, message)
  const parts = partsOf(message, raw, account)
  if (from === undefined || parts === undefined) return []
  const date = message.edit_date ?? message.date
  const target = nameOf(message.message_id, message.business_connection_id)
  return [{ type: 'edit', id: id(date), ...timeOf(date), from, target, parts }]
}

/** The only update without a time of its own: the message's number stands in its place. */
function readDeletions(deleted: DeletedMessages, { id }: About): ChannelEvent[] {
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
function readReaction(reaction: MessageReaction, { id }: About): ChannelEvent[] {
  const from = senderOf(reaction.chat, reaction.user)
  if (from === undefined || reaction.user === undefined) return []
  const emoji = reaction.new_reaction.map((one) => one.emoji ?? (one.type === 'paid' ? '⭐' : '▫️')).join('')
  return [{ type: 'reaction', id: id(reaction.date), ...timeOf(reaction.date), from, target: String(reaction.message_id), emoji }]
}

function readMember(change: MemberChange, { id }: About): ChannelEvent[] {
  const from = senderOf(change.chat, change.from)
  if (from === undefined) return []
  const about = { id: id(change.date), ...timeOf(change.date), from }
  if (change.new_chat_member.status === 'kicked') return [{ type: 'optOut', why: 'blocked', ...about }]
  return change.new_chat_member.status === 'member' ? [{ type: 'optIn', ...about }] : []
}
