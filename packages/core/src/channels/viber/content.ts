/** What a message says, in parts. `undefined`: a known type without what makes it one. */
import type { Media, Part } from '../../message.ts'
import type { Content } from './callback.ts'
import { cut } from './name.ts'

/** Of words beside a file: as long as a text may be. A text alone has no end of ours. */
const LONGEST = 7000

export function partOf(content: Content): Part | undefined {
  const { type, text, media, location, contact } = content
  const words = text === undefined ? undefined : cut(text, LONGEST)
  const caption = words ? { caption: words } : {}
  switch (type) {
    case 'text':
      return text === undefined ? undefined : { type: 'text', text }
    case 'url':
      return media === undefined ? undefined : { type: 'text', text: [text, media].filter(Boolean).join('\n') }
    case 'picture':
      return media === undefined ? undefined : { type: 'image', media: mediaOf(media, content), ...caption }
    case 'video':
      return media === undefined ? undefined : { type: 'video', media: mediaOf(media, content), ...caption }
    case 'file':
      return media === undefined ? undefined : { type: 'file', media: mediaOf(media, content), ...caption }
    case 'location':
      return location && { type: 'location', latitude: location.lat, longitude: location.lon }
    case 'contact': {
      if (contact === undefined) return undefined
      const { name, phone_number: phone } = contact
      return { type: 'contact', name: name || phone || '?', ...(phone && { phone }) }
    }
    case 'sticker':
      if (media !== undefined) return { type: 'image', media: mediaOf(media, content) }
      return { type: 'other', kind: 'sticker', text: `[sticker] ${content.sticker_id ?? ''}`.trimEnd() }
    default:
      return { type: 'other', kind: type, text: [`[${type}]`, words, media].filter(Boolean).join(' ') }
  }
}

/** The link lives about an hour: the hub fetches it at once. */
function mediaOf(ref: string, { file_name, size, duration }: Content): Media {
  return {
    ref,
    ...(file_name && { name: file_name }),
    ...(size !== undefined && { size }),
    ...(duration !== undefined && { duration }),
  }
}
