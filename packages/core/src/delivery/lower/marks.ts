/** Formatting on its way into a channel: beside the words, written into them, or gone, with what it said kept. */
import type { Signs } from '../../channel.ts'
import type { Mark } from '../../message.ts'
import { isPair, type Range } from './split.ts'

export type Marked = { text: string; marks: readonly Mark[] }

/** Inside the text, not empty, no border inside a surrogate pair. */
export function fitted(text: string, marks: readonly Mark[]): Mark[] {
  return marks.flatMap((mark) => {
    const start = border(text, Math.floor(mark.start))
    const end = border(text, Math.ceil(mark.end))
    return start < end ? [{ ...mark, start, end }] : []
  })
}

function border(text: string, at: number): number {
  const inside = Math.min(Math.max(at || 0, 0), text.length)
  return isPair(text, inside) ? inside + 1 : inside
}

/** What of the marks lies in a piece, counted from its beginning. */
export const within = (marks: readonly Mark[], { start, end }: Range): Mark[] =>
  marks.flatMap((mark) => {
    const from = Math.max(0, mark.start - start)
    const to = Math.min(end, mark.end) - start
    return from < to ? [{ ...mark, start: from, end: to }] : []
  })

/** Where links cannot lie behind words, their addresses stand after them: "our shop (https://…)". */
export function spellLinks({ text, marks }: Marked): Marked {
  const links = marks.filter((mark) => mark.kind === 'link').toSorted((a, b) => b.end - a.end)
  return links.reduce<Marked>(spell, { text, marks: marks.filter((mark) => mark.kind !== 'link') })
}

function spell({ text, marks }: Marked, { start, end, url }: Mark): Marked {
  if (!url || bare(text.slice(start, end)) === bare(url)) return { text, marks }
  const added = ` (${url.toWellFormed()})`
  // Not inside a word.
  const at = end + (/^[\p{L}\p{M}\p{N}]*/u.exec(text.slice(end))?.[0].length ?? 0)
  return {
    text: text.slice(0, at) + added + text.slice(at),
    // A mark that ends there ends before the address; one that begins there begins after it.
    marks: marks.map((mark) => ({
      ...mark,
      start: mark.start >= at ? mark.start + added.length : mark.start,
      end: mark.end > at ? mark.end + added.length : mark.end,
    })),
  }
}

/** An address as people write it. */
const bare = (address: string): string =>
  address
    .trim()
    .toLowerCase()
    .replace(/^(mailto:|tel:|https?:\/\/)/, '')
    .replace(/\/$/, '')

/** Inside these every sign is only a character. */
const LITERAL: ReadonlySet<Mark['kind']> = new Set(['code', 'pre'])

/** The marks as signs round their words: `*bold*`. One that would show as a mere character, or part others, is left out. */
export function write({ text, marks }: Marked, signs: Signs): string {
  const spans = marks
    .flatMap((mark) => spansOf(text, mark, signs[mark.kind]))
    .toSorted((a, b) => b.end - b.start - (a.end - a.start))
  const kept: Span[] = []
  for (const span of spans) if (kept.every((outer) => apart(span, outer) || nested(span, outer))) kept.push(span)
  let written = ''
  for (let at = 0; at <= text.length; at++) {
    // Inner ones close first and open last.
    written += kept
      .filter(({ end }) => end === at)
      .toReversed()
      .map(({ sign }) => sign)
      .join('')
    written += kept
      .filter(({ start }) => start === at)
      .map(({ sign }) => sign)
      .join('')
    written += text[at] ?? ''
  }
  return written
}

type Span = Range & { sign: string; literal: boolean }

/** A sign counts at the border of a word, on one line. A block of code may have several. */
function spansOf(text: string, mark: Mark, sign: string | undefined): Span[] {
  if (!sign) return []
  const literal = LITERAL.has(mark.kind)
  const lines = mark.kind === 'pre' ? [mark] : linesOf(text, mark)
  return lines
    .map(({ start, end }) => trimmed(text, start, end))
    .filter(({ start, end }) => start < end && !text.slice(start, end).includes(sign) && stands(text, start, end, sign))
    .map((range) => ({ ...range, sign, literal }))
}

function linesOf(text: string, { start, end }: Range): Range[] {
  let from = start
  return text
    .slice(start, end)
    .split('\n')
    .map((line) => {
      const range = { start: from, end: from + line.length }
      from = range.end + 1
      return range
    })
}

function trimmed(text: string, start: number, end: number): Range {
  const words = text.slice(start, end)
  return { start: start + words.length - words.trimStart().length, end: start + words.trimEnd().length }
}

/** Neither a letter nor the same sign next to it. */
function stands(text: string, start: number, end: number, sign: string): boolean {
  const before = text.slice(Math.max(0, start - 2), start)
  const after = text.slice(end, end + 2)
  return !/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after) && !before.endsWith(sign) && !after.startsWith(sign)
}

const apart = (a: Range, b: Range) => a.end <= b.start || b.end <= a.start
const nested = (inner: Span, outer: Span) =>
  inner.start >= outer.start && inner.end <= outer.end && !outer.literal && inner.sign !== outer.sign
