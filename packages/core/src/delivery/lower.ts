/** A message as units that a channel can carry: one provider call each. One pure function over capabilities. */
import type { Capabilities, Unit } from '../channel.ts'
import { isMedia, type MediaPart, type Part, plainPart } from '../message.ts'

export type Can = Pick<
  Capabilities,
  'maxText' | 'maxCaption' | 'media' | 'location' | 'contact' | 'buttons' | 'formatting' | 'bundles'
>

/** `link` gives a signed address for a file that the channel cannot carry itself. */
export function lower(parts: readonly Part[], can: Can, link: (part: MediaPart) => string): Unit[] {
  const simple = parts.flatMap((part) => lowerPart(part, can, link))
  return can.bundles ? [{ parts: simple }] : simple.map((part) => ({ parts: [part] }))
}

function lowerPart(part: Part, can: Can, link: (part: MediaPart) => string): Part[] {
  if (part.type === 'text') return texts(part.text, can, part.marks)
  if (isMedia(part)) return lowerMedia(part, can, link)
  if (part.type === 'location' && can.location) return [part]
  if (part.type === 'location')
    return texts(`${plainPart(part)}\nhttps://maps.google.com/?q=${part.latitude},${part.longitude}`, can)
  if (part.type === 'contact' && can.contact) return [part]
  if (part.type === 'buttons' && part.buttons.length <= can.buttons) return [part]
  return texts(plainPart(part), can)
}

function lowerMedia(part: MediaPart, can: Can, link: (part: MediaPart) => string): Part[] {
  const limit = can.media[part.type] ?? (part.type === 'file' ? undefined : can.media.file)
  const fits = limit && (part.media.size ?? 0) <= limit.maxBytes && mimeFits(limit.mimes, part.media.mime)
  if (!fits) return texts([part.caption, part.media.name, link(part)].filter(Boolean).join('\n'), can)
  const carried: MediaPart = can.media[part.type] ? part : { ...part, type: 'file' }
  const caption = part.caption ?? ''
  if (caption === '' || (limit.caption !== false && caption.length <= can.maxCaption)) return [carried]
  return [{ ...carried, caption: undefined }, ...texts(caption, can)]
}

const mimeFits = (mimes: readonly string[] | undefined, mime: string | undefined) =>
  !mimes || mime === undefined || mimes.some((one) => mime === one || (one.endsWith('/*') && mime.startsWith(one.slice(0, -1))))

type Text = Extract<Part, { type: 'text' }>
function texts(text: string, can: Can, marks: Text['marks'] = []): Text[] {
  const pieces = split(text, can.maxText)
  let from = 0
  return pieces.map((piece) => {
    const start = text.indexOf(piece, from)
    from = start + piece.length
    const own = can.formatting ? marks.flatMap((mark) => shift(mark, start, piece.length)) : []
    return { type: 'text', text: piece, ...(own.length > 0 ? { marks: own } : {}) }
  })
}

function shift(mark: NonNullable<Text['marks']>[number], offset: number, length: number) {
  const start = Math.max(0, mark.start - offset)
  const end = Math.min(length, mark.end - offset)
  return start < end ? [{ ...mark, start, end }] : []
}

/** Pieces of at most `max` UTF-16 units, cut at a line, else at a space, else anywhere but inside a surrogate pair. */
export function split(text: string, max: number): string[] {
  const pieces: string[] = []
  let rest = text.trim()
  while (rest.length > max) {
    const window = rest.slice(0, max + 1)
    const border = Math.max(window.lastIndexOf('\n'), window.lastIndexOf(' '))
    let end = border > max / 2 ? border : max
    const code = rest.charCodeAt(end - 1)
    if (code >= 0xd800 && code <= 0xdbff) end -= 1
    pieces.push(rest.slice(0, end).trimEnd())
    rest = rest.slice(end).trimStart()
  }
  if (rest !== '') pieces.push(rest)
  return pieces
}
