/** An answer as simple HTML beside its plain text: the agent's formatting, nothing else. */
import { isMedia, type Mark, type Part, plainPart } from '../../message.ts'

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replace(/[&<>"]/g, (one) => ENTITIES[one] ?? one)

const TAGS: Readonly<Record<Exclude<Mark['kind'], 'link'>, string>> = {
  bold: 'b',
  italic: 'i',
  underline: 'u',
  strike: 's',
  code: 'code',
  pre: 'code',
  quote: 'i',
  spoiler: 'span',
}

function wrap(inner: string, { kind, url }: Mark): string {
  if (kind !== 'link') return `<${TAGS[kind]}>${inner}</${TAGS[kind]}>`
  return url && /^(?:https?|mailto|tel):/i.test(url) ? `<a href="${escaped(url)}">${inner}</a>` : inner
}

/** Between two borders the same marks hold, so that overlapping ones close in order. */
function marked(text: string, marks: readonly Mark[] = []): string {
  const borders = [...new Set([0, text.length, ...marks.flatMap(({ start, end }) => [start, end])])]
    .filter((border) => border >= 0 && border <= text.length)
    .sort((a, b) => a - b)
  return borders
    .map((start, index) => {
      const end = borders[index + 1] ?? start
      const inner = escaped(text.slice(start, end)).replaceAll('\n', '<br>\n')
      const over = marks.filter((mark) => mark.start <= start && mark.end >= end)
      return inner === '' ? '' : over.reduceRight(wrap, inner)
    })
    .join('')
}

type Words = { text: string; marks?: readonly Mark[] | undefined }
export const wordsOf = (part: Part): Words | undefined => {
  if (isMedia(part)) return part.caption ? { text: part.caption, marks: part.marks } : undefined
  return part.type === 'text' ? part : { text: plainPart(part) }
}

/** Where a label hides an address, plain text shows it: from the end, so that places stay true. */
export const plainOf = ({ text, marks = [] }: Words): string =>
  marks
    .filter(({ kind, url, start, end }) => kind === 'link' && url && text.slice(start, end) !== url)
    .toSorted((a, b) => b.end - a.end)
    .reduce((all, { end, url }) => `${all.slice(0, end)} (${url})${all.slice(end)}`, text)

export const htmlOf = (words: readonly Words[]): string =>
  `<!DOCTYPE html>\n<html><body>\n${words.map(({ text, marks }) => `<p>${marked(text, marks)}</p>`).join('\n')}\n</body></html>\n`
