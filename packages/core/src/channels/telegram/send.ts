/** One part, one call. Formatting goes as entities: nothing an agent writes can break a parser. */
import type { Api } from 'grammy/web'
import type { Connection, SendContext, Sent, ThreadContext, Unit } from '../../channel.ts'
import { VisibleError } from '../../error.ts'
import { isMedia, type Part } from '../../message.ts'
import { apiOf, call } from './api.ts'
import { fileOf, sendFile } from './files.ts'
import { keyboardOf } from './keyboard.ts'
import { captionOf, entitiesOf } from './marks.ts'
import { nameOf, readName } from './place.ts'

export async function send(unit: Unit, to: string, connection: Connection, context: SendContext): Promise<Sent> {
  const part = onlyPart(unit)
  const where = placeOf(context)
  const message = await sendPart(part, to, { ...where, ...answerTo(context, where) }, connection, context)
  return { id: nameOf(message.message_id, where.business_connection_id), state: 'sent' }
}

export function onlyPart({ parts: [part, ...more] }: Unit): Part {
  if (part === undefined || more.length > 0) throw new VisibleError(422, 'unsupported', 'Telegram takes one part at a time.')
  return part
}

type Where = { message_thread_id?: number; business_connection_id?: string }
type Answer = { reply_parameters?: { message_id: number; allow_sending_without_reply: true } }

/** The topic and the business chat that the customer last wrote in. */
export function placeOf({ thread }: ThreadContext): Where {
  const { message_thread_id: topic, business_connection_id: business } = thread ?? {}
  return {
    ...(typeof topic === 'number' && { message_thread_id: topic }),
    ...(typeof business === 'string' && { business_connection_id: business }),
  }
}

/** Only within the same chat: the bot's own chat and a business chat count their messages apart. */
function answerTo({ replyTo }: SendContext, where: Where): Answer {
  const answered = readName(replyTo)
  if (answered === undefined || answered.business !== where.business_connection_id) return {}
  return { reply_parameters: { message_id: answered.message, allow_sending_without_reply: true } }
}

async function sendPart(
  part: Part,
  to: string,
  where: Where & Answer,
  connection: Connection,
  context: SendContext,
): Promise<{ message_id: number }> {
  const api: Api = apiOf(connection, context)
  if (isMedia(part)) {
    const file = await fileOf(part, connection, context)
    return call(() => sendFile(api, to, file, { ...where, ...captionOf(part) }))
  }
  switch (part.type) {
    case 'text': {
      /** Well-formed keeps its length, so marks stay in place. */
      const entities = entitiesOf(part.marks)
      return call(() => api.sendMessage(to, part.text.toWellFormed(), { ...where, ...(entities.length > 0 && { entities }) }))
    }
    case 'buttons': {
      const keyboard = keyboardOf(part)
      return call(() => api.sendMessage(to, part.text.toWellFormed(), { ...where, reply_markup: keyboard }))
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
