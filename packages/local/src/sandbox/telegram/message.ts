/** Messages as the Bot API tells them. Types are grammY's: the sandbox and the hub read the same field list. */
import type { Message, User } from 'grammy/types'
import { imageSize } from 'image-size'
import { ann, business } from '../ann.ts'
import type { Bubble } from '../state.ts'

export const bot: User & { is_bot: true; username: string } = {
  id: business.bot.id,
  is_bot: true,
  first_name: business.name,
  username: business.bot.username,
}
export const customer: User = {
  id: ann.telegram,
  is_bot: false,
  first_name: ann.first,
  last_name: ann.last,
  language_code: 'en',
}
export const chat = { id: ann.telegram, type: 'private' as const, first_name: ann.first, last_name: ann.last }

export const seconds = () => Math.floor(Date.now() / 1000)

/** The fields of a message that say something. */
export type Content = Partial<
  Pick<
    Message,
    | 'text'
    | 'entities'
    | 'caption'
    | 'photo'
    | 'document'
    | 'video'
    | 'audio'
    | 'voice'
    | 'animation'
    | 'sticker'
    | 'video_note'
    | 'location'
    | 'venue'
    | 'contact'
  >
>

export type FileKind = 'photo' | 'document' | 'video' | 'audio' | 'voice' | 'animation' | 'sticker' | 'video_note'

/** The largest side first in words, last in the list: bots take the last. */
function photo(file: NonNullable<Bubble['file']>, bytes: Uint8Array) {
  const { width, height } = sizeOf(bytes)
  return [{ ...idsOf(file), width, height, file_size: file.size }]
}

function sizeOf(bytes: Uint8Array): { width: number; height: number } {
  try {
    const { width, height } = imageSize(bytes)
    return { width, height }
  } catch {
    return { width: 1, height: 1 }
  }
}

/** A file's key is its id; the unique id is another, for bots must not download by it. */
const idsOf = (file: NonNullable<Bubble['file']>) => ({ file_id: file.key, file_unique_id: `u${file.key.slice(-14)}` })

export function attachment(kind: FileKind, file: NonNullable<Bubble['file']>, bytes: Uint8Array): Content {
  const about = { ...idsOf(file), file_size: file.size, mime_type: file.mime }
  switch (kind) {
    case 'photo':
      return { photo: photo(file, bytes) }
    case 'document':
      return { document: { ...about, file_name: file.name } }
    case 'video':
      return { video: { ...about, file_name: file.name, duration: 1, ...sizeOf(bytes) } }
    case 'audio':
      return { audio: { ...about, file_name: file.name, duration: 1 } }
    case 'voice':
      return { voice: { ...about, duration: 1 } }
    // As the real one: an animation is told as a document too.
    case 'animation':
      return { animation: { ...about, duration: 1, ...sizeOf(bytes) }, document: { ...about, file_name: file.name } }
    case 'video_note':
      return { video_note: { ...idsOf(file), file_size: file.size, duration: 1, length: 240 } }
    case 'sticker': {
      const { width, height } = sizeOf(bytes)
      const flags = { is_animated: false, is_video: false }
      return { sticker: { ...idsOf(file), file_size: file.size, type: 'regular', width, height, ...flags } }
    }
  }
}

/** `/start token` bears the entity that clients put there. */
export function words(text: string): Content {
  const command = /^\/\w+/.exec(text)
  return command ? { text, entities: [{ type: 'bot_command', offset: 0, length: command[0].length }] } : { text }
}
