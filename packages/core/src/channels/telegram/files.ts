/** How a file goes out: as what Telegram shows it as, by its bytes or, where this bot has it already, by its id. */
import { type Api, InputFile } from 'grammy/web'
import type { Connection, SendContext } from '../../channel.ts'
import { VisibleError } from '../../error.ts'
import type { Media, MediaPart } from '../../message.ts'

/** What Telegram shows a file as; each has a method of its own. */
export type Way = 'photo' | 'animation' | 'video' | 'video_note' | 'voice' | 'audio' | 'document' | 'sticker'

const PHOTO_BYTES = 10 * 1024 * 1024

/** By what it is; what Telegram would refuse as a picture, film or sound goes as a document. */
export function wayOf({ type, media }: MediaPart): Way {
  const mime = media.mime?.split(';')[0]?.trim().toLowerCase()
  if (type === 'image' && mime === 'image/gif') return 'animation'
  if (type === 'image') return isPhoto(media, mime) ? 'photo' : 'document'
  if (type === 'video') return mime === undefined || mime === 'video/mp4' ? 'video' : 'document'
  if (type === 'file') return 'document'
  if (mime === 'audio/ogg' || mime === 'audio/opus') return 'voice'
  return mime === undefined || /^audio\/(mpeg|mp3|mp4|m4a|x-m4a)$/.test(mime) ? 'audio' : 'document'
}

function isPhoto({ size = 0, width = 1, height = 1 }: Media, mime = 'image/jpeg'): boolean {
  const ratio = Math.max(width, height) / Math.max(1, Math.min(width, height))
  return /^image\/(jpe?g|png|webp)$/.test(mime) && size <= PHOTO_BYTES && width + height <= 10_000 && ratio <= 20
}

/** Of which of our kinds a file of Telegram may be sent again by its id; never as another. */
const OWN: Readonly<Record<Way, readonly MediaPart['type'][]>> = {
  photo: ['image'],
  animation: ['video', 'image'],
  video: ['video'],
  video_note: ['video'],
  voice: ['audio'],
  audio: ['audio'],
  document: ['file'],
  sticker: ['image', 'video', 'file'],
}
const isWay = (name: string): name is Way => Object.hasOwn(OWN, name)
/** These two show no words. */
const canCaption = (way: Way) => way !== 'sticker' && way !== 'video_note'

/** `bot:way:file id`, as content.ts names what customers sent. */
export function readRef(ref: string): { account?: string; way?: Way; id: string } {
  const [account = '', way = '', ...id] = ref.split(':')
  if (!/^\d+$/.test(account) || id.length === 0) return { id: ref }
  return { account, ...(isWay(way) && { way }), id: id.join(':') }
}

/** The id of a file that this very bot was given, if it can be sent as what the part says. */
export function ownFile({ type, media, caption }: MediaPart, connection: Connection): { way: Way; file: string } | undefined {
  const { account, way, id } = readRef(media.ref ?? '')
  if (account !== connection.account || way === undefined || !OWN[way].includes(type)) return undefined
  return caption && !canCaption(way) ? undefined : { way, file: id }
}

export async function fileOf(
  part: MediaPart,
  connection: Connection,
  context: SendContext,
): Promise<{ way: Way; file: string | InputFile }> {
  const own = ownFile(part, connection)
  if (own) return own
  /** Nothing has left yet when our own store is away. */
  const bytes = await context.bytes(part.media).catch(() => {
    throw new VisibleError(503, 'media_unavailable', 'The file could not be read from our own store.')
  })
  const way = wayOf(part)
  return { way, file: new InputFile(bytes, fileName(part, way)) }
}

const ENDINGS: Readonly<Record<Way, string>> = {
  photo: 'jpg',
  animation: 'gif',
  video: 'mp4',
  video_note: 'mp4',
  voice: 'ogg',
  audio: 'mp3',
  document: 'bin',
  sticker: 'webp',
}

/** Quoted, because grammY writes it into the multipart header as it is. */
function fileName({ type, media }: MediaPart, way: Way): string {
  const name = (media.name ?? `${type}.${ENDINGS[way]}`).toWellFormed().replace(/[\p{Cc}"\\]/gu, '_')
  return `"${name}"`
}

type Other = NonNullable<Parameters<Api['sendPhoto']>[2]>

export function sendFile(
  api: Api,
  to: string,
  { way, file }: { way: Way; file: string | InputFile },
  other: Pick<Other, 'caption' | 'caption_entities' | 'message_thread_id' | 'business_connection_id' | 'reply_parameters'>,
): Promise<{ message_id: number }> {
  switch (way) {
    case 'photo':
      return api.sendPhoto(to, file, other)
    case 'animation':
      return api.sendAnimation(to, file, other)
    case 'video':
      return api.sendVideo(to, file, other)
    case 'video_note':
      return api.sendVideoNote(to, file, other)
    case 'voice':
      return api.sendVoice(to, file, other)
    case 'audio':
      return api.sendAudio(to, file, other)
    case 'document':
      return api.sendDocument(to, file, other)
    case 'sticker':
      return api.sendSticker(to, file, other)
  }
}
