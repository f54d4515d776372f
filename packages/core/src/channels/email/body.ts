/** A mail's words and files as parts. The whole text stays, quotes and all: better leftovers than loss. */
import { convert } from 'html-to-text'
import type { Attachment, Email } from 'postal-mime'
import type { Part } from '../../message.ts'
import { oneLine } from './thread.ts'

export type MailFile = { ref: string; bytes: Uint8Array; mime?: string; name?: string }

/** More HTML than this is no letter; the conversion's time grows with it. */
const MAX_HTML = 512 * 1024

const textOf = (mail: Email): string => {
  const plain = mail.text?.trim()
  if (plain || !mail.html) return plain ?? ''
  return convert(mail.html.slice(0, MAX_HTML), {
    wordwrap: false,
    limits: { maxDepth: 64, maxChildNodes: 5000 },
    selectors: [
      { selector: 'img', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
      { selector: 'table', format: 'block' },
    ],
  }).trim()
}

/** A subject alone is a message too. */
export function bodyOf(mail: Email, id: string): { parts: Part[]; files: MailFile[] } {
  const files = mail.attachments.map((attachment, index) => fileOf(attachment, `mail:${id}:${index}`))
  const text = textOf(mail) || (files.length ? '' : oneLine(mail.subject ?? ''))
  const parts: Part[] = text ? [{ type: 'text', text }] : []
  for (const { ref, bytes, mime, name } of files) {
    const media = { ref, size: bytes.byteLength, ...(mime && { mime }), ...(name && { name }) }
    parts.push({ type: kindOf(mime), media })
  }
  return { parts: parts.length ? parts : [{ type: 'other', kind: 'empty', text: '[empty mail]' }], files }
}

function kindOf(mime = ''): 'image' | 'video' | 'audio' | 'file' {
  const top = mime.split('/')[0]
  return (top === 'image' && mime !== 'image/svg+xml') || top === 'video' || top === 'audio' ? top : 'file'
}

function fileOf({ content, mimeType, filename }: Attachment, ref: string): MailFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content)
  // The last step of whatever path it claims to have.
  const name =
    oneLine(filename ?? '')
      .split(/[/\\]/)
      .at(-1)
      ?.slice(0, 200) || (mimeType === 'message/rfc822' ? 'message.eml' : '')
  return { ref, bytes, ...(mimeType && { mime: mimeType }), ...(name && { name }) }
}
