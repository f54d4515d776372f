/** Outlook's way: the headers of the answered mail as lines, often below a rule or "-----Original Message-----". */
import { isBlank, MAX_LINE } from './line.ts'

/** `end`: its last line. */
export type Block = { start: number; end: number }

const ORIGINAL =
  /^\s*\*?-{3,}\s*(?:original (?:message|appointment|e-?mail)|исходное (?:сообщение|письмо)|оригинальное (?:сообщение|письмо)|вихідне повідомлення|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht|mensagem original|ursprungligt meddelande|oprindelig meddelelse|opprinnelig melding|oryginalna wiadomość)\s*-{3,}\*?\s*$/iu

const NAMES: readonly (readonly [kind: string, names: ReadonlySet<string>])[] = [
  ['from', 'from|от|от кого|від|von|de|da|van|från|fra|od|发件人|寄件者'],
  [
    'date',
    'sent|date|отправлено|дата|дата отправки|надіслано|gesendet|datum|enviado|fecha|data|inviato|verzonden|skickat|sendt|dato|wysłano|envoyé|发送时间',
  ],
  ['to', 'to|кому|an|para|à|a|aan|till|til|do|收件人'],
  ['subject', 'subject|тема|betreff|asunto|objet|oggetto|onderwerp|ämne|emne|temat|assunto|主题'],
  ['other', 'cc|bcc|копия|копія|reply-to|risposta|importance|важность'],
].map(([kind = '', names = '']) => [kind, new Set(names.split('|'))] as const)

function kindOf(line: string): string | undefined {
  if (line.length > MAX_LINE) return undefined
  const [, name] = /^\s*\**([\p{L}-]{1,13}(?: \p{L}{1,8})?)\s?\**\s?[:：]/u.exec(line) ?? []
  return name && NAMES.find(([, names]) => names.has(name.toLowerCase()))?.[0]
}

const LONGEST = 16

/** Sender, date and one more, with an address or a time among them: "От: нас троих вопрос" is none. */
function headersAt(lines: readonly string[], start: number): Block | undefined {
  if (kindOf(lines[start] ?? '') !== 'from') return undefined
  const kinds = new Set<string>()
  let end = start
  let wrapped = 0
  for (let at = start; at < lines.length && at < start + LONGEST; at++) {
    const line = lines[at] ?? ''
    if (isBlank(line)) continue
    const kind = kindOf(line)
    if (kind) {
      kinds.add(kind)
      end = at
      wrapped = 0
    } else if (++wrapped > 1) break
  }
  if (!kinds.has('date') || !(kinds.has('to') || kinds.has('subject'))) return undefined
  return lines.slice(start, end + 1).some((line) => /@|\d[:.]\d\d/.test(line)) ? { start, end } : undefined
}

/** What begins at this line, with the headers that follow "-----Original Message-----". */
export function blockAt(lines: readonly string[], start: number): Block | undefined {
  if (!ORIGINAL.test((lines[start] ?? '').slice(0, MAX_LINE))) return headersAt(lines, start)
  const next = lines.findIndex((line, at) => at > start && !isBlank(line))
  return { start, end: (next > 0 ? headersAt(lines, next)?.end : undefined) ?? start }
}
