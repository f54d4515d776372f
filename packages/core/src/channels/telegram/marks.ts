/** Telegram's entities and our marks: both count in UTF-16 units, so offsets go over as they are. */
import type { MessageEntity } from 'grammy/types'
import type { Mark, MediaPart } from '../../message.ts'
import type { Entity } from './update.ts'

const KINDS: Readonly<Record<string, Mark['kind']>> = {
  bold: 'bold',
  italic: 'italic',
  underline: 'underline',
  strikethrough: 'strike',
  code: 'code',
  pre: 'pre',
  blockquote: 'quote',
  expandable_blockquote: 'quote',
  spoiler: 'spoiler',
  text_link: 'link',
}

/** Of all links of one text together: an entry is a small item. */
const MOST_ADDRESSES = 32_768

/** Mentions, hashtags, addresses in plain sight and whatever comes later need no mark: the text says them. */
export function marksOf(text: string, entities: readonly Entity[] = []): Mark[] {
  let room = MOST_ADDRESSES
  return entities.flatMap((entity): Mark[] => {
    const kind = KINDS[entity.type]
    const end = entity.offset + entity.length
    if (kind === undefined || entity.offset < 0 || entity.length <= 0 || end > text.length) return []
    if (kind !== 'link') return [{ kind, start: entity.offset, end }]
    room -= entity.url?.length ?? 0
    if (entity.url === undefined || room < 0) return []
    return [{ kind, start: entity.offset, end, url: entity.url }]
  })
}

export function entitiesOf(marks: readonly Mark[] = []): MessageEntity[] {
  return marks.flatMap((mark): MessageEntity[] => {
    const place = { offset: mark.start, length: mark.end - mark.start }
    if (place.length <= 0) return []
    switch (mark.kind) {
      case 'strike':
        return [{ type: 'strikethrough', ...place }]
      case 'quote':
        return [{ type: 'blockquote', ...place }]
      case 'link':
        return mark.url === undefined ? [] : [{ type: 'text_link', url: mark.url, ...place }]
      default:
        return [{ type: mark.kind, ...place }]
    }
  })
}

/** A file's words. */
export function captionOf({ caption, marks }: Pick<MediaPart, 'caption' | 'marks'>): {
  caption?: string
  caption_entities?: MessageEntity[]
} {
  if (!caption) return {}
  const entities = entitiesOf(marks)
  return { caption: caption.toWellFormed(), ...(entities.length > 0 && { caption_entities: entities }) }
}
