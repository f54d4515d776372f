/** What a message says, in parts. */
import type { Media, Part } from '../../message.ts'
import { isService, unknownContent } from './fields.ts'
import { marksOf } from './marks.ts'
import { richText } from './rich.ts'
import type { Content, File, Origin } from './update.ts'

/** `undefined`: a service message. `raw` names contents that we do not know yet; `account` is the bot whose files these are. */
export function partsOf(content: Content, raw: object, account: string): Part[] | undefined {
  const said = sayable(content, account)
  if (said) return [...around(content), said]
  if (isService(raw)) return undefined
  const unknown = unknownContent(raw)
  const words = `[${unknown.replaceAll('_', ' ')}]${content.caption ? ` ${content.caption}` : ''}`
  return [...around(content), { type: 'other', kind: unknown, text: words }]
}

/** In this order: an animation also comes as document, a venue also as location, a live photo also as photo. */
function sayable(content: Content, account: string): Part | undefined {
  const { text, caption } = content
  const marks = marksOf(caption ?? '', content.caption_entities)
  const media = (way: string, file: File, fields: Partial<Media> = {}) => ({
    media: mediaOf(`${account}:${way}`, file, fields),
    ...(caption !== undefined && { caption }),
    ...(marks.length > 0 && { marks }),
  })
  if (text !== undefined) return words(text, content.entities)
  if (content.rich_message) return words(richText(content.rich_message.blocks) || '[rich message]')
  if (content.live_photo) return { type: 'video', ...media('live_photo', content.live_photo) }
  const photo = content.photo?.at(-1)
  if (photo) return { type: 'image', ...media('photo', photo, { mime: 'image/jpeg' }) }
  if (content.animation) return { type: 'video', ...media('animation', content.animation) }
  if (content.document) return { type: 'file', ...media('document', content.document) }
  if (content.video) return { type: 'video', ...media('video', content.video) }
  if (content.video_note) return { type: 'video', ...media('video_note', content.video_note, { mime: 'video/mp4' }) }
  if (content.voice) return { type: 'audio', ...media('voice', content.voice, { mime: content.voice.mime_type ?? 'audio/ogg' }) }
  if (content.audio) return { type: 'audio', ...media('audio', content.audio, songName(content.audio)) }
  if (content.sticker) return sticker(content.sticker, `${account}:sticker`)
  return place(content) ?? card(content) ?? inWords(content)
}

function words(text: string, entities?: Content['entities']): Part {
  const marks = marksOf(text, entities)
  return { type: 'text', text, ...(marks.length > 0 && { marks }) }
}

/** A live location goes on as edits of this message. */
function place({ venue, location }: Content): Part | undefined {
  if (venue) {
    const { title, address } = venue
    return { type: 'location', ...spot(venue.location), ...(title && { title }), ...(address && { address }) }
  }
  return location && { type: 'location', ...spot(location), ...(location.live_period && { title: 'Live location' }) }
}

const spot = ({ latitude, longitude }: { latitude: number; longitude: number }) => ({ latitude, longitude })

function card({ contact }: Content): Part | undefined {
  if (contact === undefined) return undefined
  const { first_name, last_name, phone_number } = contact
  return { type: 'contact', name: [first_name, last_name].filter(Boolean).join(' ') || phone_number, phone: phone_number }
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

/** Words that are not the customer's own: what they forwarded, quoted, or answered where we cannot look. */
function around({ forward_origin, quote, external_reply, reply_to_story }: Content): Part[] {
  const parts: Part[] = []
  if (forward_origin) parts.push({ type: 'other', kind: 'forward', text: `[forwarded${by(forward_origin)}]` })
  if (reply_to_story) parts.push({ type: 'other', kind: 'answer', text: '[answers a story]' })
  if (external_reply)
    parts.push({ type: 'other', kind: 'answer', text: `[answers a message${by(external_reply.origin)} elsewhere]` })
  if (quote) parts.push({ type: 'other', kind: 'quote', text: `[quote] ${quote.text}` })
  return parts
}

function by(origin: Origin): string {
  const user = [origin.sender_user?.first_name, origin.sender_user?.last_name].filter(Boolean).join(' ')
  const name = user || origin.sender_user_name || origin.sender_chat?.title || origin.chat?.title
  return name ? ` from ${name}` : ''
}

function sticker(file: NonNullable<Content['sticker']>, owner: string): Part {
  const caption = file.emoji === undefined ? {} : { caption: file.emoji }
  if (file.is_animated) return { type: 'file', media: mediaOf(owner, file, { mime: 'application/x-tgsticker' }), ...caption }
  if (file.is_video) return { type: 'video', media: mediaOf(owner, file, { mime: 'video/webm' }), ...caption }
  return { type: 'image', media: mediaOf(owner, file, { mime: 'image/webp' }), ...caption }
}

const songName = ({ file_name, performer, title }: File): Partial<Media> => {
  const name = file_name ?? [performer, title].filter(Boolean).join(' - ')
  return name ? { name } : {}
}

/** `owner`: the bot and what Telegram shows the file as; an id is good for this bot only, and as this only. */
function mediaOf(owner: string, file: File, fields: Partial<Media>): Media {
  const all = {
    ref: `${owner}:${file.file_id}`,
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
