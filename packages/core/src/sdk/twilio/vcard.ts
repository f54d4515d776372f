/**
 * A contact card as contact parts: name, first phone, first e-mail. Of our own, for the kept readers refuse version 2.1, which old phones
 * still send by MMS (bare `TEL;CELL:`, quoted-printable names).
 */
import type { Part } from '../../message.ts'

type Contact = Extract<Part, { type: 'contact' }>

/** Larger than any card without a photo is worth reading, more than anybody sends, longer than a name is. */
const MOST = { bytes: 512 * 1024, cards: 20, text: 200 }

export const isCard = (mime: string | undefined): boolean => /^(text|application)\/(x-)?(vcard|directory)\b/i.test(mime ?? '')

export function cardsOf(bytes: Uint8Array): Contact[] {
  const cards: Contact[] = []
  let card: Map<string, string> | undefined
  for (const line of linesOf(new TextDecoder().decode(bytes.subarray(0, MOST.bytes)))) {
    const { name, value } = fieldOf(line)
    if (name === 'BEGIN') card = new Map()
    else if (name === 'END' && card) {
      const contact = contactOf(card)
      if (contact && cards.length < MOST.cards) cards.push(contact)
      card = undefined
    } else if (card && value && !card.has(name)) card.set(name, value)
  }
  return cards
}

function contactOf(card: ReadonlyMap<string, string>): Contact | undefined {
  const phone = card.get('TEL')?.replace(/^tel:/i, '')
  const email = card.get('EMAIL')
  const name = card.get('FN') ?? partsOf(card.get('N')) ?? card.get('ORG') ?? phone ?? email
  return name ? { type: 'contact', name, ...(phone && { phone }), ...(email && { email }) } : undefined
}

/** `N` goes from the family's name to the given one; people read the other way round. */
function partsOf(name: string | undefined): string | undefined {
  const [family = '', given = '', middle = ''] = (name ?? '').split(';')
  return (
    [given, middle, family]
      .map((one) => one.trim())
      .filter(Boolean)
      .join(' ') || undefined
  )
}

/** A line that begins with a space, or follows a quoted-printable `=` at the end, belongs to the one before. */
function linesOf(text: string): string[] {
  const lines: string[][] = []
  let soft = false
  let quoted = false
  for (const line of text.split(/\r\n|\r|\n/)) {
    const last = lines.at(-1)
    if (last && soft) last.push(line.replace(/=$/, ''))
    else if (last && /^[ \t]/.test(line)) last.push(line.slice(1))
    else {
      quoted = /quoted-printable/i.test(line)
      lines.push([quoted ? line.replace(/=$/, '') : line])
    }
    soft = quoted && line.endsWith('=')
  }
  return lines.map((pieces) => pieces.join(''))
}

/** `item1.TEL;type=CELL;waid=1500:+1 500` -> TEL, +1 500. */
function fieldOf(line: string): { name: string; value: string } {
  const colon = borderOf(line)
  const [head = '', ...options] = line.slice(0, colon).split(';')
  const raw = line.slice(colon + 1)
  const quoted = options.some((option) => /quoted-printable/i.test(option))
  const charset = options.map((option) => /^charset=(.+)$/i.exec(option)?.[1]).find(Boolean)
  const value = quoted ? unquoted(raw, charset) : raw.replace(/\\([\\;,])/g, '$1').replace(/\\n/gi, ' ')
  return { name: head.replace(/^.*\./, '').toUpperCase(), value: tidy(value) }
}

/** The first colon that is not inside quotes. */
function borderOf(line: string): number {
  let quoted = false
  for (let index = 0; index < line.length; index++) {
    if (line[index] === '"') quoted = !quoted
    else if (line[index] === ':' && !quoted) return index
  }
  return line.length
}

function unquoted(text: string, charset = 'utf-8'): string {
  const bytes = Buffer.from(
    text.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
  try {
    return new TextDecoder(charset).decode(bytes)
  } catch {
    return new TextDecoder().decode(bytes)
  }
}

const tidy = (value: string): string =>
  value
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what no name holds
    .replace(/[\u0000-\u001f\u007f]+/g, ' ')
    .trim()
    .slice(0, MOST.text)
    .toWellFormed()
