/** What can still be done to a message that is out, and the signs beside messages: edit, remove, react, typing. */
import { GrammyError } from 'grammy/web'
import type { Connection, SendContext, ThreadContext, Unit } from '../../channel.ts'
import { VisibleError } from '../../error.ts'
import { isMedia, type MediaPart } from '../../message.ts'
import { apiOf, call } from './api.ts'
import { fileOf, ownFile, wayOf } from './files.ts'
import { keyboardOf } from './keyboard.ts'
import { captionOf, entitiesOf } from './marks.ts'
import { readName } from './place.ts'
import { reactionOf } from './reactions.ts'
import { onlyPart, placeOf } from './send.ts'

function named(id: string): { message: number; business?: string } {
  const name = readName(id)
  if (name === undefined) throw new VisibleError(422, 'unsupported', 'This is no message of Telegram.')
  return name
}

/** Telegram's way to say that it is so already. */
const unless = (words: RegExp) => (error: unknown) => {
  if (!(error instanceof GrammyError) || error.error_code !== 400 || !words.test(error.description)) throw error
}

export async function edit(id: string, unit: Unit, to: string, connection: Connection, context: SendContext): Promise<void> {
  const { message, business } = named(id)
  const part = onlyPart(unit)
  const api = apiOf(connection, context)
  const where = business === undefined ? {} : { business_connection_id: business }
  if (isMedia(part)) return editMedia(part, message, to, where, connection, context)
  if (part.type !== 'text' && part.type !== 'buttons')
    throw new VisibleError(422, 'unsupported', `Telegram cannot change a ${part.type}.`)
  const entities = part.type === 'text' ? entitiesOf(part.marks) : []
  const other = {
    ...where,
    ...(entities.length > 0 && { entities }),
    ...(part.type === 'buttons' && { reply_markup: keyboardOf(part) }),
  }
  await call(() => api.editMessageText(to, message, part.text.toWellFormed(), other)).catch(unless(/message is not modified/i))
}

/** A voice message keeps its sound, only its words change; round films and stickers cannot be changed at all. */
async function editMedia(
  part: MediaPart,
  message: number,
  to: string,
  where: { business_connection_id?: string },
  connection: Connection,
  context: SendContext,
): Promise<void> {
  const api = apiOf(connection, context)
  const way = ownFile(part, connection)?.way ?? wayOf(part)
  const done = unless(/message is not modified/i)
  if (way === 'voice')
    return void (await call(() => api.editMessageCaption(to, message, { ...where, ...captionOf(part) })).catch(done))
  if (way === 'video_note' || way === 'sticker')
    throw new VisibleError(422, 'unsupported', 'Telegram cannot change a sticker or a round video.')
  const { file } = await fileOf(part, connection, context)
  await call(() => api.editMessageMedia(to, message, { type: way, media: file, ...captionOf(part) }, where)).catch(done)
}

export async function remove(id: string, to: string, connection: Connection, context: ThreadContext): Promise<void> {
  const { message, business } = named(id)
  const api = apiOf(connection, context)
  await call(() =>
    business === undefined ? api.deleteMessage(to, message) : api.deleteBusinessMessages(business, [message]),
  ).catch(unless(/message to delete not found/i))
}

export async function react(
  id: string,
  emoji: string,
  to: string,
  connection: Connection,
  context: ThreadContext,
): Promise<void> {
  const { message, business } = named(id)
  if (business !== undefined)
    throw new VisibleError(422, 'unsupported', 'Telegram lets a bot react in its own chats only, not in business chats.')
  await call(() => apiOf(connection, context).setMessageReaction(to, message, reactionOf(emoji)))
}

export async function typing(to: string, connection: Connection, context: ThreadContext): Promise<void> {
  await call(() => apiOf(connection, context).sendChatAction(to, 'typing', placeOf(context)))
}
