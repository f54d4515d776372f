/** A mail's words and files as parts: what the person wrote, with the whole of it and its safe HTML beside. */
import type { Attachment, Email } from 'postal-mime'
import type { Part } from '../../message.ts'
import { oneLine } from './address.ts'
import { cidOf, cidsIn, contentIdOf, type Inline, toSafe, toText, withoutCids } from './html.ts'
import { cut } from './reply/cut.ts'

export type MailFile = { ref: string; bytes: Uint8Array; mime?: string; name?: string }

/** "Your client cannot show HTML": no words of the person. */
const EXCUSE =
  /html.{0,80}(?:view|support|display|read|client|browser)|(?:view|support|display|enable).{0,80}html|не поддержива.{0,60}html|просмотр.{0,60}html/is
const isExcuse = (text: string) => text.length < 400 && EXCUSE.test(text)

/** "Fwd: …": what stands below is what the person wants us to read. */
const isForwarded = (subject: string) => /^\s*(?:fwd?|пересл|wg|tr|rv|enc|vb|vs)\s*:/i.test(subject)

/** Referred to by the HTML and not larger than a logo is: part of the layout, not something the customer hands us. */
const MAX_LOGO = 16 * 1024
/** More than any person attaches; the entry has to stay an item of the table. */
const MAX_FILES = 400

/** A subject alone is a message too. */
export function bodyOf(mail: Email, id: string): { parts: Part[]; files: MailFile[] } {
  const plain = mail.text?.trim() ?? ''
  const html = mail.html?.trim() ? mail.html : ''
  const inline = pictures(mail.attachments, html)
  const excused = isExcuse(plain)
  const laidOut = html && (!plain || excused || inline.size > 0) ? toText(html) : ''
  const whole = laidOut && (!plain || excused) ? withoutCids(laidOut).trim() : plain
  const subject = oneLine(mail.subject ?? '')
  const cutOff = (text: string) => (isForwarded(subject) ? { text, rest: '' } : cut(text))
  const { text, rest } = cutOff(whole)

  const own = cidsIn(cutOff(laidOut).text)
  const outside = mail.attachments.filter((attachment) => {
    const picture = inline.get(attachment)
    return !picture || (own.has(picture.cid) && picture.bytes.byteLength > MAX_LOGO)
  })
  const attached = outside.slice(0, MAX_FILES).map((attachment, index) => fileOf(attachment, `mail:${id}:${index}`))

  const files: MailFile[] = [...attached]
  const keep = (name: string, mime: string, content: string): string => {
    const ref = `mail:${id}:${name}`
    files.push({ ref, bytes: new TextEncoder().encode(content), mime: `${mime}; charset=utf-8`, name })
    return ref
  }
  const said = withoutCids(text).trim() || (attached.length && !html ? '' : subject)
  const parts: Part[] = []
  if (said) {
    parts.push({
      type: 'text',
      text: said,
      ...(rest && { full: keep('whole.txt', 'text/plain', whole) }),
      ...(html && { html: keep('mail.html', 'text/html', toSafe(html, [...inline.values()])) }),
    })
  }
  for (const { ref, bytes, mime, name } of attached) {
    const media = { ref, size: bytes.byteLength, ...(mime && { mime }), ...(name && { name }) }
    parts.push({ type: kindOf(mime), media })
  }
  const more = outside.length - attached.length
  if (more > 0) parts.push({ type: 'other', kind: 'files', text: `[${more} more files]` })
  return { parts: parts.length ? parts : [{ type: 'other', kind: 'empty', text: '[empty mail]' }], files }
}

/** Pictures that the HTML itself shows, by its `cid:` addresses. Apple's photos have none and stay attachments. */
function pictures(attachments: readonly Attachment[], html: string): Map<Attachment, Inline> {
  const named = new Set([...html.matchAll(/cid:[^"'\s>)]+/gi)].map(([source]) => cidOf(source)))
  return new Map(
    attachments.flatMap((attachment) => {
      const cid = contentIdOf(attachment.contentId)
      if (!cid || !named.has(cid) || !attachment.mimeType?.startsWith('image/')) return []
      return [[attachment, { cid, mime: attachment.mimeType, bytes: bytesOf(attachment) }] as const]
    }),
  )
}

function kindOf(mime = ''): 'image' | 'video' | 'audio' | 'file' {
  const top = mime.split('/')[0]
  return (top === 'image' && mime !== 'image/svg+xml') || top === 'video' || top === 'audio' ? top : 'file'
}

const MAX_NAME = 120
/** The end stays: it says what kind of file it is. */
const shortened = (name: string) => (name.length > MAX_NAME ? `${name.slice(0, 100)}…${name.slice(-19)}`.toWellFormed() : name)

/** What parts without a name are called. */
const NAMES: Readonly<Record<string, string>> = {
  'message/rfc822': 'message.eml',
  'text/calendar': 'invite.ics',
  'application/ms-tnef': 'winmail.dat',
  'message/delivery-status': 'delivery-status.txt',
  'text/rfc822-headers': 'headers.txt',
}

const bytesOf = ({ content }: Attachment) =>
  typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content)

function fileOf(attachment: Attachment, ref: string): MailFile {
  const { mimeType, filename } = attachment
  // The last step of whatever path it claims to have.
  const last = oneLine(filename ?? '').split(/[/\\]/)
  const name = shortened(last.at(-1) ?? '') || (Object.hasOwn(NAMES, mimeType) ? NAMES[mimeType] : '')
  return { ref, bytes: bytesOf(attachment), ...(mimeType && { mime: mimeType }), ...(name && { name }) }
}
