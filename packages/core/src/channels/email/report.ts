/** Delivery reports (RFC 3464): the receipts of mail. Anybody can forge one, but must know the Message-ID that we gave. */
import type { Attachment, Email } from 'postal-mime'
import type { ChannelEvent } from '../../channel.ts'
import { header } from './automatic.ts'
import { idsOf, ownId } from './ids.ts'
import { refusalOf } from './refusal.ts'

type Receipt = Extract<ChannelEvent, { type: 'receipt' }>

/** Undefined where it is no report, tells nothing final, or is about a mail that is not ours. */
export function reportOf(mail: Email, mailbox: string): Receipt | undefined {
  if (!/^multipart\/report/i.test(header(mail, 'content-type') ?? '')) return undefined
  const status = textOf(mail.attachments.find(({ mimeType }) => mimeType === 'message/delivery-status'))
  const returned = textOf(
    mail.attachments.find(({ mimeType }) => mimeType === 'message/rfc822' || mimeType === 'text/rfc822-headers'),
  )
  const action = /^action:\s*(\w+)/im.exec(status)?.[1]?.toLowerCase()
  const own = ownId(idsOf(/^message-id:\s*(<[^>\s]+>)/im.exec(returned.split(/\r?\n\r?\n/)[0] ?? '')?.[1])[0] ?? '', mailbox)
  if (!own || !action) return undefined
  if (action === 'delivered') return { type: 'receipt', ...own, state: 'delivered' }
  if (action !== 'failed') return undefined
  const code = /^status:\s*([245]\.\d+\.\d+)/im.exec(status)?.[1] ?? ''
  const diagnostic = /^diagnostic-code:[^;\n]*;?\s*(\d{3})?(.*)/im.exec(status)
  const refusal = refusalOf(/\.0\.0$/.test(code) ? (diagnostic?.[2] ?? '') : code, Number(diagnostic?.[1]) || undefined)
  return { type: 'receipt', ...own, state: 'failed', failure: { again: 'never', certain: true, ...refusal } }
}

/** Folded header lines joined. */
function textOf(part: Attachment | undefined): string {
  if (!part) return ''
  const text = typeof part.content === 'string' ? part.content : new TextDecoder().decode(part.content)
  return text.replace(/\r?\n[ \t]+/g, ' ')
}
