/** A text in pieces of at most so many UTF-16 units: where to cut without losing a word or half a character. */

/** `text.slice(start, end)`. */
export type Range = { start: number; end: number }

/** No piece begins or ends with white space; a word is cut only where no piece could hold it whole. */
export function rangesOf(text: string, max: number): Range[] {
  const ranges: Range[] = []
  const last = text.trimEnd().length
  for (let start = leave(text, 0); start < last; ) {
    const cut = last - start <= max ? last : cutAt(text, start, max)
    ranges.push({ start, end: start + text.slice(start, cut).trimEnd().length })
    start = leave(text, cut)
  }
  return ranges
}

export const split = (text: string, max: number): string[] => rangesOf(text, max).map(({ start, end }) => text.slice(start, end))

/** The next place that is no white space. */
const leave = (text: string, from: number): number => from + (/^\s+/.exec(text.slice(from))?.[0].length ?? 0)

/** After a line where that fills the piece by half, else between two words, else between two characters. */
function cutAt(text: string, start: number, max: number): number {
  const window = text.slice(start, start + max + 1)
  const line = window.lastIndexOf('\n')
  if (line > max / 2) return start + line
  const gap = /\s\S*$/.exec(window)?.index ?? 0
  if (gap > 0 && wordFits(text, start + gap + 1, max)) return start + gap
  return start + characters(text.slice(start, start + max + CONTEXT), max)
}

const wordFits = (text: string, from: number, max: number): boolean =>
  /\s|$/.exec(text.slice(from, from + max + 1))?.index !== max + 1

/** So much of what follows tells whether a character goes on. */
const CONTEXT = 64
const segmenter = new Intl.Segmenter()

/** How much of the text is whole characters as people see them; of one longer than `max`, whole code points. Never nothing. */
function characters(text: string, max: number): number {
  const whole = segmenter.segment(text).containing(max)?.index ?? max
  if (whole > 0) return whole
  if (!isPair(text, max)) return max
  return max > 1 ? max - 1 : 2
}

/** Does `at` lie between the two halves of a surrogate pair? */
export const isPair = (text: string, at: number): boolean =>
  /^[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(text.slice(Math.max(0, at - 1), at + 1))
