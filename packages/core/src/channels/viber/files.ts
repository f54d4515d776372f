/** Files by our links: what Viber takes as what, names with endings, sizes. */
import type { SendContext } from '../../channel.ts'
import { VisibleError } from '../../error.ts'
import type { Media, MediaPart } from '../../message.ts'
import { cut } from './name.ts'

const MOST_SECONDS = 180
const LONGEST_NAME = 256
const LONGEST_LINK = 2000

const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'audio/mp4': 'm4a',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'text/plain': 'txt',
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
}

/** Programs, which Viber does not pass on. */
const FORBIDDEN: ReadonlySet<string> = new Set(
  (
    'action apk app bat bin cmd com command cpl csh ex_ exe gadget inf1 ins inx ipa isu job jse ksh lnk msc msi msp mst osx out paf ' +
    'pif prg ps1 reg rgs run scr sct sh shb shs u3p vb vbe vbs vbscript workflow ws wsf'
  ).split(' '),
)

export async function fileOf(part: MediaPart, context: SendContext): Promise<object> {
  const { type, media, caption = '' } = part
  if (type === 'image')
    return { type: 'picture', text: caption.toWellFormed(), media: linkTo(media, endingOf(media, 'jpg'), context) }
  if (caption) throw new VisibleError(422, 'unsupported', 'Viber shows no text beside this file.')
  const size = media.size ?? (await sizeOf(media, context))
  const { duration } = media
  const mime = media.mime?.split(';')[0] ?? 'video/mp4'
  if (type === 'video' && mime === 'video/mp4' && (duration ?? 0) <= MOST_SECONDS)
    return { type: 'video', media: linkTo(media, 'mp4', context), size, ...(duration && { duration: Math.ceil(duration) }) }
  const name = fileName(part)
  return { type: 'file', media: linkTo(media, name.ending, context), size, file_name: `${name.stem}.${name.ending}` }
}

/** Viber goes by the ending of the address. */
function linkTo(media: Media, ending: string, context: SendContext): string {
  const link = `${context.link(media)}.${ending}`
  if (link.length > LONGEST_LINK) throw new VisibleError(422, 'unsupported', 'The link to this file is too long for Viber.')
  return link
}

/** The size is required; ours to count where nobody told it. Nothing has left yet when our own store is away. */
async function sizeOf(media: Media, context: SendContext): Promise<number> {
  const bytes = await context.bytes(media).catch(() => {
    throw new VisibleError(503, 'media_unavailable', 'The file could not be read from our own store.')
  })
  return bytes.byteLength
}

const endingOf = ({ mime }: Media, other: string) => ENDINGS[mime?.split(';')[0] ?? ''] ?? other

/** Viber wants an ending and takes 256 characters: a long name loses its middle, not its ending. */
function fileName({ type, media }: MediaPart): { stem: string; ending: string } {
  const name = (media.name || type).toWellFormed().replace(/[\p{Cc}/\\]/gu, '_')
  const own = /\.([^.\s]{1,10})$/.exec(name)?.[1]
  const ending = own ?? endingOf(media, 'dat')
  if (FORBIDDEN.has(ending.toLowerCase())) throw new VisibleError(422, 'unsupported', `Viber does not pass on .${ending} files.`)
  const stem = own === undefined ? name : name.slice(0, -own.length - 1)
  return { stem: cut(stem, LONGEST_NAME - ending.length - 1), ending }
}
