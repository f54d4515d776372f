/**
 * The line that a client puts above a quote: "On Mon, Jan 5, 2026 at 3:04 PM Ann <a@x> wrote:", wrapped over up to four lines. Known
 * by what it is made of (a beginning, a date, an address, a verb, a colon) and not by whole sentences, so that one rule holds for
 * the clients of many languages. Prose that only mentions a date and ends in a colon begins otherwise.
 */
import { isBlank, isQuoted, MAX_LINE } from './line.ts'

/** `end`: its last line. `sure`: enough by itself, also where what follows bears no `>`. */
export type Attribution = { start: number; end: number; sure: boolean }

const MOST_LINES = 4

const DAYS =
  'mon|tue|wed|thu|fri|sat|sun|пн|вт|ср|чт|пт|сб|вс|нд|понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье|понеділок|вівторок|середа|четвер|субота|неділя'
/** How clients begin: a preposition of their language, a weekday, a date in figures. */
const BEGINS = new RegExp(
  `^(?:(?:on|at|am|den|le|el|il|op|em|dnia|w dniu|в письме от|вы писали|you wrote on)\\s|在|(?:в\\s+)?(?:${DAYS})[a-z]*[.,\\s]|(?:в\\s+)?\\d)`,
  'iu',
)
const DATE =
  /\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|\d{4}年|\d{1,2}\.?\s*(?:de\s+)?\p{L}{3,}\.?,?\s*(?:de\s+)?\d{2,4}|\p{L}{3,}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:at\s+)?\d{2,4}/u
const TIME = /\d{1,2}[:.]\d{2}/
const ADDRESS = /[^\s<>()"',;:@]+@[^\s<>()"',;:@]+/
const BRACKETED = /<(?:mailto:)?[^\s<>()[\]@]+@[^\s<>()[\]]+/
const VERB =
  /wrote|writes|schrieb|написал|написав|писал|пишет|пише|écrit|escribi[óo]|scritto|schreef|geschreven|escreveu|skrev|napisał|napsal|写道|寫道|yazdı|kirjoitti/iu
const NAME_FIRST = /^["'«]?\p{L}[^<>]{1,80}<[^\s<>@]+@[^\s<>@]+>/u

function weigh(text: string): 'sure' | 'likely' | undefined {
  const bare = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').trim()
  const between = /^-{3,}.*-{3,}$/.test(bare)
  const line = bare.replace(/^[-*_\s]+/, '').replace(/[-*_\s]+$/, '')
  if (line.length > MAX_LINE) return undefined
  const ends = between || /[:：]$/.test(line)
  const begins = BEGINS.test(line) && DATE.test(line)
  if (!ends) return begins && /^\d/.test(line) && BRACKETED.test(line) && line.endsWith('>') ? 'likely' : undefined
  if (begins && TIME.test(line) && BRACKETED.test(line)) return 'sure'
  if (NAME_FIRST.test(line) && VERB.test(line)) return 'likely'
  return begins && (ADDRESS.test(line) || VERB.test(line)) ? 'likely' : undefined
}

const opens = (line: string) => line.lastIndexOf('<') > line.lastIndexOf('>')

/** All of a mail, by their last line. The shortest that fits wins: the line above may be the person's own. */
export function attributionsOf(lines: readonly string[]): Map<number, Attribution> {
  const found = new Map<number, Attribution>()
  for (const [end, line] of lines.entries()) {
    if (line.length > MAX_LINE || isBlank(line) || !/[:：>-][*_\s]*$/.test(line)) continue
    // The bracket of a wrapped address looks like a quote.
    if (isQuoted(line) && !(/^> ?[^>]{0,40}$/.test(line) && opens(lines[end - 1] ?? ''))) continue
    let text = ''
    for (let start = end; start >= 0 && start > end - MOST_LINES; start--) {
      const part = lines[start] ?? ''
      if (isBlank(part) || part.length > MAX_LINE || (start < end && isQuoted(part))) break
      text = text ? `${part.trim()} ${text}` : part.trim()
      const weight = weigh(text)
      if (!weight) continue
      found.set(end, { start, end, sure: weight === 'sure' })
      break
    }
  }
  return found
}
