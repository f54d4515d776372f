/**
 * What the person wrote, apart from what their client put below it. A pure function over lines, in one pass of bounded work. When in
 * doubt it leaves something in: a quote too much is a nuisance, a word too little is a customer not heard.
 *
 * - Text below or between `>` lines is an answer: nothing above the last own word is ever taken.
 * - A forward is content, and so is a mail of which nothing else would be left.
 */
import { type Attribution, attributionsOf } from './attribution.ts'
import { type Block, blockAt } from './block.ts'
import { isBlank, isForward, isQuoted, isRule, saysWithin } from './line.ts'
import { isMobile, signatureAt } from './signature.ts'

/** `rest`: what was taken off its end; the two together are the whole. */
export type Cut = { text: string; rest: string }

/** Beyond these a mail is only looked at for whether it is quoted all the way down. */
const MAX_CHARS = 64 * 1024
const MAX_LINES = 2000

export function cut(whole: string): Cut {
  const all = whole.replace(/\r\n?/g, '\n')
  const head = all.length > MAX_CHARS ? all.slice(0, all.lastIndexOf('\n', MAX_CHARS) + 1) : all
  const lines = head.split('\n').slice(0, MAX_LINES)
  const near = lines.join('\n')
  const far = all.slice(near.length)
  const end = endOf(lines, far)
  if (end === lines.length) return { text: trim(all), rest: '' }
  const text = trim(lines.slice(0, end).join('\n'))
  const rest = trim(lines.slice(end).join('\n') + far)
  return text === '' || rest === '' ? { text: trim(all), rest: '' } : { text, rest }
}

const trim = (text: string) => text.replace(/^(?:[^\S\n]*\n)+/, '').trimEnd()

function endOf(given: readonly string[], far: string): number {
  const attributions = attributionsOf(given)
  const lines = barsAsQuotes(given, attributions)
  const top = firstCut(lines, attributions)
  if (top === 'forward') return lines.length
  if (top !== undefined) return tidied(lines, top, attributions)
  // Own words may stand where we did not look.
  const quotedOn = far === '' || far.split('\n').every((line) => isBlank(line) || isQuoted(line))
  return quotedOn ? tidied(lines, lines.length, attributions) : lines.length
}

/** Some clients quote by `|`. So do tables: only right below an attribution is it a quote. */
function barsAsQuotes(lines: readonly string[], attributions: Map<number, Attribution>): readonly string[] {
  const barred = [...attributions.keys()].some((end) => nextOf(lines, end + 1)?.startsWith('|'))
  return barred ? lines.map((line) => line.replace(/^\|/, '>')) : lines
}

const nextOf = (lines: readonly string[], from: number) => lines.slice(from).find((line) => !isBlank(line))

/** From the top: the first header below which all is somebody else's, without a `>` to tell it. */
function firstCut(lines: readonly string[], attributions: Map<number, Attribution>): number | 'forward' | undefined {
  const starts = new Map([...attributions.values()].map((one) => [one.start, one]))
  let empty = true
  for (const [at, line] of lines.entries()) {
    if (isBlank(line) || isRule(line)) continue
    if (!isQuoted(line)) {
      if (isForward(line)) return 'forward'
      const attribution = starts.get(at)
      const header: Block | undefined = blockAt(lines, at) ?? (attribution?.sure ? attribution : undefined)
      const next = header && nextOf(lines, header.end + 1)
      if (header && !(next !== undefined && isQuoted(next))) {
        // Nothing above it: the person forwards, or writes below.
        if (empty) return attribution ? undefined : 'forward'
        return saysWithin(lines.slice(0, at)) ? 'forward' : at
      }
    }
    empty = false
  }
  return undefined
}

/** From the bottom: quotes with their attribution, signatures, rules, as long as one of them ends the text. */
function tidied(lines: readonly string[], from: number, attributions: Map<number, Attribution>): number {
  let end = from
  for (;;) {
    const last = lines.findLastIndex((line, at) => at < end && !isBlank(line)) + 1
    const next = step(lines, last, attributions)
    if (next === undefined || !lines.slice(0, next).some((line) => !isBlank(line) && !isRule(line))) return end
    end = next
  }
}

function step(lines: readonly string[], end: number, attributions: Map<number, Attribution>): number | undefined {
  const line = lines[end - 1]
  if (line === undefined) return undefined
  if (isRule(line)) return end - 1
  if (isQuoted(line)) return quoteAt(lines, end, attributions)
  if (isMobile(line) && apart(lines, end - 1)) return end - 1
  return signatureAt(lines, end)
}

/** A telephone's line stands below a blank one, a rule, or another such line. */
function apart(lines: readonly string[], at: number): boolean {
  const above = lines[at - 1]
  return above !== undefined && (isBlank(above) || isRule(above) || isMobile(above))
}

/** Without an attribution a single `>` line may be the person's own ("> 1000"), and a quoted forward is content. */
function quoteAt(lines: readonly string[], end: number, attributions: Map<number, Attribution>): number | undefined {
  let start = end
  while (start > 0 && isQuotedOrBlank(lines[start - 1]) && !attributions.has(start - 1)) start--
  const above = lines.findLastIndex((line, at) => at < start && !isBlank(line))
  const attribution = attributions.get(above)
  if (attribution) return attribution.start
  const block = blockEnding(lines, above)
  if (block !== undefined) return block
  const quoted = lines.slice(start, end).filter((line) => !isBlank(line))
  return quoted.length < 2 || quoted.slice(0, 3).some(isForward) ? undefined : start
}

const isQuotedOrBlank = (line = '') => isBlank(line) || isQuoted(line)

function blockEnding(lines: readonly string[], end: number): number | undefined {
  for (let start = end; start >= 0 && start > end - 16; start--) {
    const block = blockAt(lines, start)
    if (block?.end === end) return block.start
  }
  return undefined
}
