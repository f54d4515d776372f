/** One part, one send_message. Viber fetches media by our links, now and whenever a phone opens the chat. */
import type { Connection, SendContext, Sent, Unit } from '../../channel.ts'
import { VisibleError } from '../../error.ts'
import type { Media, MediaPart, Part } from '../../message.ts'
import { call } from './api.ts'
import { cut, senderName } from './name.ts'

export async function send(unit: Unit, to: string, connection: Connection, context: SendContext): Promise<Sent> {
  const [part, ...more] = unit.parts
  if (part === undefined || more.length > 0) throw new VisibleError(422, 'unsupported', 'Viber takes one part at a time.')
  const message = {
    receiver: to,
    sender: { name: senderName(context.senderName, connection.settings.senderName, connection.name) },
    /** Comes back with the customer's next message: ours, but held by their phone. */
    tracking_data: context.reference,
    ...(await contentOf(part, context)),
  }
  const { message_token } = await call('send_message', message, connection, context)
  /** Status 0, so it went out; without its name no receipt will find it. */
  if (message_token === undefined) throw new Error('Viber took the message without naming it')
  return { id: message_token, state: 'accepted' }
}

async function contentOf(part: Part, context: SendContext): Promise<object> {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text.toWellFormed() }
    case 'image':
      return { type: 'picture', text: (part.caption ?? '').toWellFormed(), media: context.link(part.media) }
    case 'video':
      return { type: 'video', ...(await fileOf(part, context)) }
    case 'audio':
    case 'file':
      return { type: 'file', ...(await fileOf(part, context)), file_name: fileName(part) }
    case 'location':
      return { type: 'location', location: { lat: part.latitude, lon: part.longitude } }
    case 'contact': {
      if (part.phone === undefined) throw new VisibleError(422, 'unsupported', 'Viber sends contacts by their phone number only.')
      return { type: 'contact', contact: { name: cut(part.name.toWellFormed(), 28), phone_number: part.phone.slice(0, 18) } }
    }
    default:
      throw new VisibleError(422, 'unsupported', `Viber cannot send ${part.type} as such.`)
  }
}

/** The size is required; ours to count where nobody told it. */
async function fileOf({ media, caption }: MediaPart, context: SendContext) {
  if (caption) throw new VisibleError(422, 'unsupported', 'Viber shows no text beside this file.')
  return { media: context.link(media), size: media.size ?? (await sizeOf(media, context)) }
}

/** Nothing has left yet when our own store is away. */
async function sizeOf(media: Media, context: SendContext): Promise<number> {
  const bytes = await context.bytes(media).catch(() => {
    throw new VisibleError(503, 'media_unavailable', 'The file could not be read from our own store.')
  })
  return bytes.byteLength
}

const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/mp4': 'm4a',
}

/** Viber wants an ending and takes 256 characters: a long name loses its middle, not its ending. */
function fileName({ type, media }: MediaPart): string {
  const name = (media.name || type).toWellFormed().replace(/[\p{Cc}/\\]/gu, '_')
  const ending = /\.[^.]{1,10}$/.exec(name)?.[0] ?? `.${ENDINGS[media.mime ?? ''] ?? 'bin'}`
  const stem = name.endsWith(ending) ? name.slice(0, -ending.length) : name
  return cut(stem, 256 - ending.length) + ending
}
