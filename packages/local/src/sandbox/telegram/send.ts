/** The sending half of the Bot API: what a bot says appears on the phone at once. */
import { randomBytes } from 'node:crypto'
import { getMimeType } from 'hono/utils/mime'
import { imageSize } from 'image-size'
import { ann } from '../ann.ts'
import { fetchFile, keep, type Picture, type Sandbox, show } from '../sandbox.ts'
import type { Bubble } from '../state.ts'
import { type Arguments, BotError, bad, number, text } from './answer.ts'
import { keyboard } from './keyboard.ts'
import { attachment, bot, type Content, chat, type FileKind, seconds, words } from './message.ts'

export const MAX_TEXT = 4096
export const MAX_CAPTION = 1024

export function recipient(sandbox: Sandbox, given: Arguments): void {
  const { started, blocked } = sandbox.book.state.telegram
  const to = text(given, 'chat_id')
  if (!to) throw bad('chat_id is empty')
  if (to !== String(ann.telegram)) throw bad('chat not found')
  if (blocked) throw new BotError(403, 'Forbidden: bot was blocked by the user')
  if (!started) throw new BotError(403, "Forbidden: bot can't initiate conversation with a user")
}

/** `reply_parameters.message_id`, if such a message is there. */
function repliedTo(sandbox: Sandbox, given: Arguments): number | undefined {
  const raw = text(given, 'reply_parameters')
  if (!raw) return undefined
  const asked: unknown = JSON.parse(raw)
  if (typeof asked !== 'object' || asked === null || !('message_id' in asked)) return undefined
  const id = Number(asked.message_id)
  if (sandbox.book.state.phones.telegram.some((bubble) => bubble.id === String(id))) return id
  if ('allow_sending_without_reply' in asked && asked.allow_sending_without_reply === true) return undefined
  throw bad('message to be replied not found')
}

async function say(sandbox: Sandbox, given: Arguments, content: Content, shown: Pick<Bubble, 'text' | 'file'>) {
  const { telegram } = sandbox.book.state
  const { buttons, reply_markup } = keyboard(given)
  const reply = repliedTo(sandbox, given)
  const id = telegram.nextMessage++
  show(sandbox, 'telegram', { ...shown, id: String(id), from: 'business', state: 'sent', ...(buttons && { buttons }) })
  await sandbox.book.save()
  const replied = reply === undefined ? {} : { reply_to_message: { message_id: reply, date: seconds(), chat } }
  return { message_id: id, from: bot, chat, date: seconds(), ...replied, ...content, ...(reply_markup && { reply_markup }) }
}

export async function sendMessage(sandbox: Sandbox, given: Arguments) {
  recipient(sandbox, given)
  const said = text(given, 'text') ?? ''
  if (said.trim() === '') throw bad('message text is empty')
  if (said.length > MAX_TEXT) throw bad('message is too long')
  const marked = text(given, 'entities')
  return say(sandbox, given, { ...words(said), ...(marked && { entities: JSON.parse(marked) }) }, { text: said })
}

/** Multipart bytes, a file id that we gave out, or a link that we fetch. */
export async function fileOf(sandbox: Sandbox, given: Arguments, field: string): Promise<Picture> {
  const value = given.get(field)
  if (value === undefined || value === '') throw bad(`there is no ${field} in the request`)
  const part = typeof value === 'string' && value.startsWith('attach://') ? given.get(value.slice(9)) : value
  if (part instanceof File) {
    const mime = part.type && part.type !== 'application/octet-stream' ? part.type : getMimeType(part.name)
    return { bytes: new Uint8Array(await part.arrayBuffer()), name: part.name, mime: mime ?? 'application/octet-stream' }
  }
  const stored = part === undefined ? undefined : await sandbox.files.get(part)
  if (stored) return { bytes: stored.bytes, name: stored.name ?? field, mime: stored.mime }
  if (!/^https?:/.test(part ?? '')) throw bad('wrong file identifier/HTTP URL specified')
  return fetchFile(sandbox, part ?? '').catch(() => {
    throw bad('failed to get HTTP URL content')
  })
}

/** Photos are known by their bytes, whatever they are called. */
function imageMime(bytes: Uint8Array): string {
  try {
    const { type = '' } = imageSize(bytes)
    return `image/${type === 'jpg' ? 'jpeg' : type}`
  } catch {
    throw bad('IMAGE_PROCESS_FAILED')
  }
}

export const fileId = () => `AgAC${randomBytes(24).toString('base64url')}`

/** The file kept, and what of it a message tells. */
export async function attached(sandbox: Sandbox, kind: FileKind, picture: Picture, caption: string) {
  if (caption.length > MAX_CAPTION) throw bad('message caption is too long')
  if (picture.bytes.byteLength === 0) throw bad('file must be non-empty')
  const mime = kind === 'photo' ? imageMime(picture.bytes) : picture.mime
  const file = await keep(sandbox, fileId(), { ...picture, mime })
  return { file, content: { ...attachment(kind, file, picture.bytes), ...(caption && { caption }) } }
}

export const sendFile = (kind: FileKind) => async (sandbox: Sandbox, given: Arguments) => {
  recipient(sandbox, given)
  const caption = text(given, 'caption') ?? ''
  const { file, content } = await attached(sandbox, kind, await fileOf(sandbox, given, kind), caption)
  return say(sandbox, given, content, { text: caption, file })
}

export async function sendLocation(sandbox: Sandbox, given: Arguments) {
  recipient(sandbox, given)
  const latitude = number(given, 'latitude')
  const longitude = number(given, 'longitude')
  if (latitude === undefined || longitude === undefined) throw bad('latitude and longitude must be given')
  return say(sandbox, given, { location: { latitude, longitude } }, { text: `Place: ${latitude}, ${longitude}` })
}

export async function sendVenue(sandbox: Sandbox, given: Arguments) {
  recipient(sandbox, given)
  const latitude = number(given, 'latitude')
  const longitude = number(given, 'longitude')
  const title = text(given, 'title')
  const address = text(given, 'address')
  if (latitude === undefined || longitude === undefined || !title || !address) throw bad('venue is incomplete')
  const location = { latitude, longitude }
  return say(sandbox, given, { location, venue: { location, title, address } }, { text: `Place: ${title}, ${address}` })
}

export async function sendContact(sandbox: Sandbox, given: Arguments) {
  recipient(sandbox, given)
  const phone = text(given, 'phone_number')
  const first = text(given, 'first_name')
  if (!phone || !first) throw bad('phone_number and first_name must be given')
  return say(sandbox, given, { contact: { phone_number: phone, first_name: first } }, { text: `Contact: ${first}, ${phone}` })
}
