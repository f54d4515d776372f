/**
 * A message as units that a channel can carry: one provider call each. One pure function over capabilities; it loses no word: what has
 * no form on the channel goes in words, or as a link.
 */
import type { Capabilities, Unit } from '../channel.ts'
import { type Mark, type Media, type MediaPart, type Part, plainPart } from '../message.ts'
import { isNumbered, numberedLines } from './lower/buttons.ts'
import { fitted, type Marked, spellLinks, within, write } from './lower/marks.ts'
import { rangesOf, split } from './lower/split.ts'

export type Can = Pick<
  Capabilities,
  'maxText' | 'maxCaption' | 'media' | 'location' | 'venue' | 'contact' | 'buttons' | 'formatting' | 'templates' | 'bundles'
>
/** A signed address for a file that the channel cannot carry itself. */
export type Link = (part: MediaPart) => string

export function lower(parts: readonly Part[], can: Can, link: Link): Unit[] {
  const simple = parts.flatMap((part) => lowerPart(part, can, link))
  return can.bundles ? [{ parts: simple }] : simple.map((part) => ({ parts: [part] }))
}

function lowerPart(part: Part, can: Can, link: Link): Part[] {
  switch (part.type) {
    case 'text':
      return texts(part.text, can, part.marks)
    case 'other':
      return texts(part.text, can)
    case 'location':
      return lowerLocation(part, can)
    case 'contact':
      return lowerContact(part, can)
    case 'buttons':
      return lowerButtons(part, can)
    case 'template':
      return can.templates ? [part] : texts(plainPart(part), can)
    default:
      return lowerMedia(part, can, link)
  }
}

type Of<T extends Part['type']> = Extract<Part, { type: T }>
const lines = (...words: (string | undefined)[]) => words.filter((word) => word?.trim()).join('\n')

function lowerLocation(part: Of<'location'>, can: Can): Part[] {
  const { title, address, latitude, longitude } = part
  if (!can.location)
    return texts(lines(title, address, `https://maps.google.com/?q=${degrees(latitude)},${degrees(longitude)}`), can)
  const shown = can.venue && title?.trim() && address?.trim()
  return shown ? [part] : [...texts(lines(title, address), can), { type: 'location', latitude, longitude }]
}

/** Ten centimetres, and never an exponent. */
const degrees = (value: number) => String(Number(value.toFixed(6)))

/** A card is a name with a phone; an address beside it would not be on it. */
function lowerContact(part: Of<'contact'>, can: Can): Part[] {
  const { name, phone, email } = part
  if (!can.contact || !phone?.trim()) return texts(lines(name, phone, email), can)
  return [{ type: 'contact', name, phone }, ...texts(email ?? '', can)]
}

function lowerButtons(part: Of<'buttons'>, can: Can): Part[] {
  if (isNumbered(part, can)) return texts(numberedLines(part), can)
  const pieces = split(part.text.toWellFormed(), can.maxText)
  const last = pieces.pop() ?? ''
  return [...pieces.map((text): Part => ({ type: 'text', text })), { ...part, text: last }]
}

function lowerMedia(part: MediaPart, can: Can, link: Link): Part[] {
  const { caption = '', marks = [], ...file } = part
  // As a file where the channel does not show it as what it is.
  const type = [part.type, 'file' as const].find((one) => fits(part.media, can.media[one]))
  if (!type) {
    return texts(lines(caption, part.media.name, link(part)), can, caption.trim() ? marks : [])
  }
  const carried: MediaPart = { ...file, type }
  const said = can.media[type]?.caption === false ? undefined : captionOf(caption, can, marks)
  return said ? [{ ...carried, ...said }] : [carried, ...texts(caption, can, marks)]
}

type Limit = NonNullable<Can['media']['file']>
function fits({ size = 0, mime }: Media, limit: Limit | undefined): boolean {
  if (!limit || !(size <= limit.maxBytes)) return false
  // Without its parameters: `audio/ogg; codecs=opus`.
  const bare = mime?.split(';')[0]?.trim().toLowerCase()
  const { mimes } = limit
  return !mimes || !bare || mimes.some((one) => bare === one || (one.endsWith('/*') && bare.startsWith(one.slice(0, -1))))
}

/** Undefined: it has to be a text of its own, or is none. */
function captionOf(caption: string, can: Can, given: readonly Mark[]): { caption: string; marks?: Mark[] } | undefined {
  const marked = markedFor(caption, can, given)
  if (marked.text.trim() === '' || marked.text.length > can.maxCaption) return undefined
  const { text, marks } = carry(marked, can, can.maxCaption)
  return { caption: text, ...(marks.length > 0 ? { marks: [...marks] } : {}) }
}

function texts(text: string, can: Can, given: readonly Mark[] = []): Of<'text'>[] {
  const marked = markedFor(text, can, given)
  return rangesOf(marked.text, can.maxText - room(marked, can)).map((range) => {
    const piece = { text: marked.text.slice(range.start, range.end), marks: within(marked.marks, range) }
    const { text, marks } = carry(piece, can, can.maxText)
    return { type: 'text', text, ...(marks.length > 0 ? { marks: [...marks] } : {}) }
  })
}

function markedFor(text: string, can: Can, given: readonly Mark[]): Marked {
  const whole = text.toWellFormed()
  const marked = { text: whole, marks: fitted(whole, given) }
  return can.formatting === true ? marked : spellLinks(marked)
}

/** Most of a piece that is left free for signs; a text with more of them than that goes without some. */
const MOST_ROOM = 1 / 4

function room({ marks }: Marked, { formatting, maxText }: Can): number {
  if (typeof formatting === 'boolean') return 0
  const signs = marks.reduce((sum, { kind }) => sum + 2 * (formatting[kind]?.length ?? 0), 0)
  return Math.min(signs, Math.floor(maxText * MOST_ROOM))
}

/** A piece as the channel takes it: signs only as far as they fit. */
function carry(marked: Marked, { formatting }: Can, max: number): Marked {
  if (formatting === true) return marked
  if (formatting === false) return { text: marked.text, marks: [] }
  const written = write(marked, formatting)
  return { text: written.length <= max ? written : marked.text, marks: [] }
}
