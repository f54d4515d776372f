/** What a single line of a mail is. Each pattern is tried on one short line and has no nested repeats: its time is bounded. */

/** Longer lines are prose: no client writes a header or a signature of such length. */
export const MAX_LINE = 400

export const isBlank = (line: string): boolean => /^[\s\u00a0\u200b\ufeff]*$/.test(line)

/** `>` of nearly all clients, and the `AP>` that The Bat and its kin make of a name's initials. */
export const isQuoted = (line: string): boolean => /^ {0,3}(?:\p{Lu}{1,3})?>/u.test(line)

/** Nothing but strokes: what is left of a separator. No line of words, so nothing is lost with it; three pluses may be a "yes". */
export const isRule = (line: string): boolean => /^\s*(?:[-*#~=_—–]{2,}|\+{4,}|ᐧ)\s*$/.test(line)

const FORWARDS =
  /^(?:begin forwarded message|начало переадресованного (?:сообщения|письма)|початок пересланого (?:повідомлення|листа))\s*:\s*$/iu
const FORWARD_WORDS =
  /forwarded|переслан|пересыла|переадресован|перенаправлен|перенаправляем|weitergeleitet|transféré|reenviado|inoltrato/iu

/** A forward is what the person wants us to read. */
export function isForward(line: string): boolean {
  if (line.length > MAX_LINE) return false
  const text = line.replace(/^[\s>*]+/, '').trim()
  return FORWARDS.test(text) || (/^-{3,}[^-]/.test(text) && /-{3,}\*?$/.test(text) && FORWARD_WORDS.test(text))
}

/** "The answers are in your text": then what looks like a quote holds the person's own words. */
const WITHIN =
  /\b(?:in-?line|below|in (?:red|blue|green|bold|capitals|the text)|between the lines)\b|ниже|в тексте|по тексту|внутри письма|красным|синим|з[её]л[её]ным|жирным|нижче|у тексті/iu
export const saysWithin = (lines: readonly string[]): boolean => lines.some((line) => WITHIN.test(line.slice(0, 2000)))
