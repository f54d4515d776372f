/**
 * Mail read by postal-mime, and read again where its charset was a lie: text declared as UTF-8 or US-ASCII that is windows-1251, KOI8-R or
 * CP866, headers in raw bytes. Only what looks broken is looked at twice, each field by itself, and the reading that looks most like
 * words wins.
 */
import PostalMime, { type Email } from 'postal-mime'

/** Depth and headers are where bombs hide; nested mails stay files, their words are not the customer's. */
const LIMITS = { maxNestingDepth: 50, maxHeadersSize: 512 * 1024, forceRfc822Attachments: true }
const CHARSETS = ['utf-8', 'windows-1251', 'koi8-r', 'ibm866'] as const
/** A larger mail is not read five times: its bytes stay, with what came out of the first reading. */
const MAX_RETRY = 8 * 1024 * 1024

/** Replacement characters, frames, four accented letters in a row, UTF-8 read byte by byte, KOI8-R read as windows-1251 (inverted case). */
const BROKEN =
  /\ufffd|[\u2500-\u259f]{2}|[пя][\u2500-\u25a0]|[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]{4}|(?:[ÐÑ][\u0080-\u00bf]){2}|(?:[РС][\u00a0-\u00bf\u0402-\u040f\u0452-\u045f\u2010-\u2122]){2}|(?:^|[^\p{L}])[а-яё][А-ЯЁ]{2}/u
const SAMPLE = 20_000

/** The replacement character itself, written in UTF-8: somebody else's loss that was sent to us, and no sign of a lie. */
const WRITTEN = Buffer.from('\ufffd')

type IsBroken = (text: string | undefined) => boolean
const brokenIn = (bytes: Uint8Array): IsBroken => {
  const written = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(WRITTEN)
  return (text = '') => BROKEN.test(written ? text.slice(0, SAMPLE).replaceAll('\ufffd', '') : text.slice(0, SAMPLE))
}

const COMMON = 'оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё'
/** How much it looks like Russian words, per letter that is no ASCII: common small letters speak for it, what no text has against it. */
export function plausibility(text: string): number {
  let score = 0
  let seen = 0
  let before = ''
  for (const letter of text.slice(0, SAMPLE)) {
    const small = /[а-яё]/.test(before)
    // A word of two alphabets is a French one read as Russian.
    const mixed = /[a-z][а-яё]|[а-яё][a-z]/i.test(before + letter)
    before = letter
    if (mixed) score -= 4
    if (letter < '\u0080') continue
    seen++
    const rank = COMMON.indexOf(letter)
    if (rank >= 0) score += rank < 20 ? 2 : 1
    else if (/[А-ЯЁ]/.test(letter)) score += small ? -3 : 0.5
    else if (/[№«»—–…“”„’ії\u00a0]/.test(letter)) score += 0.5
    else if (/[\u00c0-\u024f]/.test(letter)) score -= 0.5
    else score -= letter === '\ufffd' ? 6 : 3
  }
  return seen === 0 ? 0 : score / seen
}

const bestOf = <T extends string | undefined>(isBroken: IsBroken, readings: readonly T[]): T | undefined => {
  const [first] = readings
  if (!isBroken(first)) return first
  return readings.toSorted((a, b) => plausibility(b ?? '') - plausibility(a ?? ''))[0]
}

const parse = (bytes: Uint8Array) => PostalMime.parse(bytes, LIMITS).catch(() => undefined)

/** Undefined: no mail at all. */
export async function readMail(bytes: Uint8Array): Promise<Email | undefined> {
  const mail = await parse(bytes)
  if (!mail || bytes.byteLength > MAX_RETRY) return mail
  const isBroken = brokenIn(bytes)
  const best = <T extends string | undefined>(readings: readonly T[]) => bestOf(isBroken, readings)
  const names = mail.attachments.map(({ filename }) => filename ?? '')
  if (![mail.subject, mail.from?.name, mail.text, mail.html, ...names].some(isBroken)) return mail
  const again: Email[] = [mail]
  for (const charset of CHARSETS) {
    const reading = await parse(recode(bytes, charset))
    if (reading) again.push(reading)
  }
  const subject = best(again.map((one) => one.subject))
  const text = best(again.map((one) => one.text))
  const html = best(again.map((one) => one.html))
  const name = best(again.map((one) => one.from?.name))
  const from =
    mail.from && 'address' in mail.from && mail.from.address ? { address: mail.from.address, name: name ?? '' } : mail.from
  const attachments = mail.attachments.map((attachment, index) => {
    const filename = best(again.map((one) => one.attachments[index]?.filename ?? undefined))
    return { ...attachment, filename: filename ?? attachment.filename }
  })
  return {
    ...mail,
    attachments,
    ...(subject !== undefined && { subject }),
    ...(text !== undefined && { text }),
    ...(html !== undefined && { html }),
    ...(from && { from }),
  }
}

/** Content headers of a part with their folds. */
const CONTENT = /^content-(?:type|disposition):[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gim

/** The same mail as if all its texts and its raw header bytes were of this charset. */
function recode(bytes: Uint8Array, charset: string): Uint8Array {
  const raw = Buffer.from(bytes).toString('latin1')
  const border = /\r?\n\r?\n/.exec(raw)?.index ?? raw.length
  const decoder = new TextDecoder(charset)
  const words = (text: string) =>
    /[\x80-\xff]/.test(text) ? Buffer.from(decoder.decode(Buffer.from(text, 'latin1'))).toString('latin1') : text
  const content = (header: string) => (/^content-type:\s*text\//i.test(header) ? declared(words(header), charset) : words(header))
  const head = words(raw.slice(0, border))
  const said = /^content-type:/im.test(head) ? head : `Content-Type: text/plain; charset=${charset}\r\n${head}`
  return Buffer.from(said.replace(CONTENT, content) + raw.slice(border).replace(CONTENT, content), 'latin1')
}

const declared = (header: string, charset: string) =>
  `${header.replace(/;\s*charset\s*=\s*(?:"[^"\r\n]*"|[^;\s]*)/gi, '')}; charset=${charset}`
