/** One part, one send_message. Viber fetches media by our links, now and whenever a phone opens the chat. */
import type { Connection, SendContext, Sent, Unit } from '../../channel.ts'
import { VisibleError } from '../../error.ts'
import { isMedia, type Part } from '../../message.ts'
import { call } from './api.ts'
import { fileOf } from './files.ts'
import { keyboardOf } from './keyboard.ts'
import { cut, senderName } from './name.ts'

/** Of the whole JSON, in bytes. */
const LARGEST = 30 * 1024
const LONGEST_PHONE = 18

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
  if (Buffer.byteLength(JSON.stringify(message)) > LARGEST)
    throw new VisibleError(422, 'too_long', 'The message is too long for Viber.')
  const { message_token } = await call('send_message', message, connection, context)
  /** Status 0, so it went out; without its name no receipt will find it. */
  if (message_token === undefined) throw new Error('Viber took the message without naming it')
  return { id: message_token, state: 'accepted' }
}

async function contentOf(part: Part, context: SendContext): Promise<object> {
  if (isMedia(part)) return fileOf(part, context)
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text.toWellFormed() }
    case 'buttons':
      return { type: 'text', text: part.text.toWellFormed(), keyboard: keyboardOf(part) }
    case 'location':
      return { type: 'location', location: { lat: part.latitude, lon: part.longitude } }
    case 'contact':
      return { type: 'contact', contact: { name: cut(part.name.toWellFormed(), 28), phone_number: phoneOf(part.phone) } }
    default:
      throw new VisibleError(422, 'unsupported', `Viber cannot send ${part.type} as such.`)
  }
}

/** Without what people write between the digits; a number cut short would be another's. */
function phoneOf(given: string | undefined): string {
  const phone = given?.replace(/[\s().\u2010-\u2015-]/g, '') ?? ''
  if (phone === '') throw new VisibleError(422, 'unsupported', 'Viber sends contacts by their phone number only.')
  if (phone.length > LONGEST_PHONE) throw new VisibleError(422, 'unsupported', 'This phone number is too long for Viber.')
  return phone
}
