/** What a message says, in parts. */
import type { Message as TelegramMessage } from 'grammy/types'
import type { Media, Part } from '../../message.ts'
import { marksOf } from './marks.ts'
import type { Content, File } from './update.ts'

/** Telegram's own words about a chat, not the customer's. */
const SERVICE: ReadonlySet<string> = new Set([
  'new_chat_members',
  'left_chat_member',
  'new_chat_title',
  'new_chat_photo',
  'delete_chat_photo',
  'group_chat_created',
  'supergroup_chat_created',
  'channel_chat_created',
  'message_auto_delete_timer_changed',
  'migrate_to_chat_id',
  'migrate_from_chat_id',
  'pinned_message',
  'successful_payment',
  'refunded_payment',
  'users_shared',
  'chat_shared',
  'connected_website',
  'write_access_allowed',
  'passport_data',
  'proximity_alert_triggered',
  'boost_added',
  'chat_background_set',
  'checklist_tasks_done',
  'checklist_tasks_added',
  'community_chat_added',
  'community_chat_removed',
  'community_chat_joined',
  'suggested_post_approved',
  'suggested_post_approval_failed',
  'suggested_post_declined',
  'suggested_post_paid',
  'suggested_post_refunded',
  'chat_owner_left',
  'chat_owner_changed',
  'managed_bot_created',
  'poll_option_added',
  'poll_option_deleted',
  'direct_message_price_changed',
  'paid_message_price_changed',
  'forum_topic_created',
  'forum_topic_edited',
  'forum_topic_closed',
  'forum_topic_reopened',
  'general_forum_topic_hidden',
  'general_forum_topic_unhidden',
  'giveaway_created',
  'giveaway_completed',
  'gift_upgrade_sent',
  'video_chat_scheduled',
  'video_chat_started',
  'video_chat_ended',
  'video_chat_participants_invited',
  'web_app_data',
] satisfies (keyof TelegramMessage)[])

/** Around the content: these never are what a message says. */
const ENVELOPE: ReadonlySet<string> = new Set([
  'message_id',
  'message_thread_id',
  'direct_messages_topic',
  'date',
  'edit_date',
  'chat',
  'from',
  'sender_chat',
  'sender_boost_count',
  'sender_business_bot',
  'sender_tag',
  'business_connection_id',
  'is_topic_message',
  'is_automatic_forward',
  'is_from_offline',
  'is_paid_post',
  'has_protected_content',
  'has_media_spoiler',
  'show_caption_above_media',
  'reply_to_message',
  'reply_to_story',
  'reply_to_checklist_task_id',
  'external_reply',
  'quote',
  'via_bot',
  'forward_origin',
  'media_group_id',
  'author_signature',
  'paid_star_count',
  'link_preview_options',
  'suggested_post_info',
  'effect_id',
  'reply_markup',
  'caption',
  'caption_entities',
  'entities',
] satisfies (keyof TelegramMessage | 'sender_tag')[])

/** `undefined`: a service message. `raw` names contents that we do not know yet. */
export function partsOf(content: Content, raw: object): Part[] | undefined {
  const said = sayable(content)
  if (said) return [...forwarded(content), said]
  const names = Object.keys(raw)
  if (names.some((name) => SERVICE.has(name))) return undefined
  const unknown = names.find((name) => !ENVELOPE.has(name)) ?? 'message'
  return [
    { type: 'other', kind: unknown, text: `[${unknown.replaceAll('_', ' ')}]${content.caption ? ` ${content.caption}` : ''}` },
  ]
}

/** In this order: an animation also comes as document, a venue also as location, a live photo also as photo. */
function sayable(content: Content): Part | undefined {
  const { text, caption } = content
  const media = (file: File, fields: Partial<Media> = {}) => ({
    media: mediaOf(file, fields),
    ...(caption !== undefined && { caption }),
  })
  if (text !== undefined) {
    const marks = marksOf(text, content.entities)
    return { type: 'text', text, ...(marks.length > 0 && { marks }) }
  }
  if (content.live_photo) return { type: 'video', ...media(content.live_photo) }
  const photo = content.photo?.at(-1)
  if (photo) return { type: 'image', ...media(photo, { mime: 'image/jpeg' }) }
  if (content.animation) return { type: 'video', ...media(content.animation) }
  if (content.document) return { type: 'file', ...media(content.document) }
  if (content.video) return { type: 'video', ...media(content.video) }
  if (content.video_note) return { type: 'video', ...media(content.video_note, { mime: 'video/mp4' }) }
  if (content.voice) return { type: 'audio', ...media(content.voice, { mime: content.voice.mime_type ?? 'audio/ogg' }) }
  if (content.audio) return { type: 'audio', ...media(content.audio, songName(content.audio)) }
  if (content.sticker) return sticker(content.sticker)
  if (content.venue) {
    const { location, title, address } = content.venue
    return { type: 'location', ...location, ...(title && { title }), ...(address && { address }) }
  }
  if (content.location) return { type: 'location', ...content.location }
  if (content.contact) {
    const { first_name, last_name, phone_number } = content.contact
    return { type: 'contact', name: [first_name, last_name].filter(Boolean).join(' ') || phone_number, phone: phone_number }
  }
  return inWords(content)
}

function inWords({ poll, dice, game, checklist }: Content): Part | undefined {
  const lines = (head: string, items: readonly { text: string }[] = []) =>
    [head, ...items.map((item) => `- ${item.text}`)].join('\n')
  if (poll) return { type: 'other', kind: 'poll', text: lines(`[poll] ${poll.question}`, poll.options) }
  if (dice) return { type: 'other', kind: 'dice', text: `[dice] ${dice.emoji} ${dice.value}` }
  if (game) return { type: 'other', kind: 'game', text: `[game] ${game.title}` }
  if (checklist) return { type: 'other', kind: 'checklist', text: lines(`[checklist] ${checklist.title}`, checklist.tasks) }
  return undefined
}

/** Forwarded words are somebody else's: agents must see that. */
function forwarded({ forward_origin: origin }: Content): Part[] {
  if (origin === undefined) return []
  const user = [origin.sender_user?.first_name, origin.sender_user?.last_name].filter(Boolean).join(' ')
  const name = user || origin.sender_user_name || origin.sender_chat?.title || origin.chat?.title
  return [{ type: 'other', kind: 'forward', text: name ? `[forwarded from ${name}]` : '[forwarded]' }]
}

function sticker(file: NonNullable<Content['sticker']>): Part {
  const caption = file.emoji === undefined ? {} : { caption: file.emoji }
  if (file.is_animated) return { type: 'file', media: mediaOf(file, { mime: 'application/x-tgsticker' }), ...caption }
  if (file.is_video) return { type: 'video', media: mediaOf(file, { mime: 'video/webm' }), ...caption }
  return { type: 'image', media: mediaOf(file, { mime: 'image/webp' }), ...caption }
}

const songName = ({ file_name, performer, title }: File): Partial<Media> => {
  const name = file_name ?? [performer, title].filter(Boolean).join(' - ')
  return name ? { name } : {}
}

function mediaOf(file: File, fields: Partial<Media>): Media {
  const all = {
    ref: file.file_id,
    name: file.file_name,
    mime: file.mime_type,
    size: file.file_size,
    width: file.width ?? file.length,
    height: file.height ?? file.length,
    duration: file.duration,
    ...fields,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
