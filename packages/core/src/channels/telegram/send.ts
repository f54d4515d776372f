/** One part, one call. Formatting goes as entities: nothing an agent writes can break a parser. */
import { type Api, InputFile } from 'grammy/web'
import type { Connection, SendContext, Sent, Unit } from '../../channel.ts'
import { VisibleError } from '../../error.ts'
import type { MediaPart, Part } from '../../message.ts'
import { apiOf, call } from './api.ts'
import { entitiesOf } from './marks.ts'
import { nameOf } from './parse.ts'

export async function send(unit: Unit, to: string, connection: Connection, context: SendContext): Promise<Sent> {
  const [part, ...more] = unit.parts
  if (part === undefined || more.length > 0) throw new VisibleError(422, 'unsupported', 'Telegram takes one part at a time.')
  const where = placeOf(context)
  const message = await sendPart(part, to, where, apiOf(connection, context), context)
  return { id: nameOf(message.message_id, where.business_connection_id), state: 'sent' }
}

type Place = {
  message_thread_id?: number
  business_connection_id?: string
  reply_parameters?: { message_id: number; allow_sending_without_reply: true }
}

function placeOf({ thread, replyTo }: SendContext): Place {
  const { message_thread_id: topic, business_connection_id: business } = thread ?? {}
  /** A business chat's message is named with its connection before it. */
  const answered = Number(replyTo?.slice(replyTo.lastIndexOf(':') + 1))
  return {
    ...(typeof topic === 'number' && { message_thread_id: topic }),
    ...(typeof business === 'string' && { business_connection_id: business }),
    ...(Number.isSafeInteger(answered) &&
      answered > 0 && {
        reply_parameters: { message_id: answered, allow_sending_without_reply: true },
      }),
  }
}

async function sendPart(part: Part, to: string, where: Place, api: Api, context: SendContext): Promise<{ message_id: number }> {
  switch (part.type) {
    case 'text': {
      /** Well-formed keeps its length, so marks stay in place. */
      const entities = entitiesOf(part.marks)
      return call(() => api.sendMessage(to, part.text.toWellFormed(), { ...where, ...(entities.length > 0 && { entities }) }))
    }
    case 'image':
    case 'video':
    case 'audio':
    case 'file': {
      const file = new InputFile(await bytesOf(part, context), fileName(part))
      const other = { ...where, ...(part.caption && { caption: part.caption.toWellFormed() }) }
      return call<{ message_id: number }>(() => {
        if (part.type === 'image') return api.sendPhoto(to, file, other)
        if (part.type === 'video') return api.sendVideo(to, file, other)
        return part.type === 'audio' ? api.sendAudio(to, file, other) : api.sendDocument(to, file, other)
      })
    }
    case 'location': {
      const { latitude, longitude, title, address } = part
      if (title && address) return call(() => api.sendVenue(to, latitude, longitude, title, address, where))
      return call(() => api.sendLocation(to, latitude, longitude, where))
    }
    case 'contact': {
      const { phone, name } = part
      if (phone === undefined) throw new VisibleError(422, 'unsupported', 'Telegram sends contacts by their phone number only.')
      return call(() => api.sendContact(to, phone, name.toWellFormed(), where))
    }
    default:
      throw new VisibleError(422, 'unsupported', `Telegram cannot send ${part.type} as such.`)
  }
}

/** Nothing has left yet when our own store is away. */
function bytesOf({ media }: MediaPart, context: SendContext): Promise<Uint8Array> {
  return context.bytes(media).catch(() => {
    throw new VisibleError(503, 'media_unavailable', 'The file could not be read from our own store.')
  })
}

const ENDINGS: Readonly<Record<MediaPart['type'], string>> = { image: 'jpg', video: 'mp4', audio: 'mp3', file: 'bin' }

/** Quoted, because grammY writes it into the multipart header as it is. */
function fileName({ type, media }: MediaPart): string {
  const name = (media.name ?? `${type}.${ENDINGS[type]}`).toWellFormed().replace(/[\p{Cc}"\\]/gu, '_')
  return `"${name}"`
}
