/** Where the person has ended and a signature begins. Greetings ("С уважением, Анна") are their words and stay. */
import { isBlank, isQuoted, isRule } from './line.ts'

const SENT =
  /^[<([*_\s]*(?:sent|sendt|gesendet|envoyé|enviado|inviato|verzonden|skickat|wysłan[eo]|отправлено|надіслано|послано)\s+(?:from|via|with|by|using|fra|von|vom|depuis|de|desde|da|vanaf|met|från|z|ze|с|со|из|от|через|з|із)\s/iu
const DEVICE =
  /iphone|ipad|ipod|android|samsung|galaxy|huawei|honor|xiaomi|redmi|poco|realme|pixel|nokia|htc|alcatel|blackberry|outlook|mail(?:\.ru|box)?(?![a-z])|yahoo|yandex|яндекс|windows|смартфон|телефон|планшет|мобильн|мобільн|устройств|пристро|handy|mobile|phone|tablet|device|\bcell\b/iu
const GET = /^(?:get|скачать|загрузить|завантажити|hol|obtenir|obtener|scarica)\s+\[?outlook (?:for|для|für|pour|para|per) /iu
const FROM_MOBILE =
  /^(?:von meinem mobilgerät gesendet|diese nachricht wurde von meinem .{1,60} gesendet\.?|從我的 .{1,30} 傳送)$/iu

/** A line that a telephone adds. Only where it stands apart and names a device or a program: parcels are sent from places too. */
export function isMobile(line: string): boolean {
  const text = line.trim()
  if (text.length > 160) return false
  return GET.test(text) || FROM_MOBILE.test(text) || (SENT.test(text) && DEVICE.test(text) && !isSentence(text))
}

/** "Отправлено из магазина Honor 5 января, где оно?": somebody tells something. */
const isSentence = (text: string) => {
  const words = text.split(/\s+/).length
  return /[?!]$/.test(text) || words > 9 || (/[.…]$/.test(text) && words > 5)
}

const LONGEST = 10
const WIDEST = 100

/** After `-- ` (RFC 3676) whatever is short; after a `--` that lost its space only what cannot be a question or a story. */
export function signatureAt(lines: readonly string[], end: number): number | undefined {
  for (let at = end - 1, seen = 0; at >= 0 && seen <= LONGEST; at--) {
    const line = lines[at] ?? ''
    if (/^\s?(?:--|—|–)\s?$/.test(line)) return isSignature(lines.slice(at + 1, end)) ? at : undefined
    if (isQuoted(line)) return undefined
    if (!isBlank(line)) seen++
  }
  return undefined
}

const isSignature = (tail: readonly string[]) =>
  tail.every((line) => line.length <= WIDEST && !/\?\s*$/.test(line) && !isRule(line))
