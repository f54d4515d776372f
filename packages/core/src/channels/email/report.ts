/**
 * What machines report of our mails: delivery reports (RFC 3464), read notifications (RFC 8098), complaints (RFC 5965). Anybody can write
 * one, but must know the Message-ID that we gave; and only a report that brings our own mark back says anything of an address.
 */
import type { Attachment, Email } from 'postal-mime'
import type { ChannelEvent } from '../../channel.ts'
import type { Connection } from '../../connector.ts'
import { mailAddress } from './address.ts'
import { header, LOOP_HEADER } from './automatic.ts'
import { idsOf, ownId } from './ids.ts'
import { refusalOf } from './refusal.ts'
import { provesSent } from './token.ts'

type About = { own: { id: string; reference?: string }; to: string | undefined; proven: boolean }

/** Undefined where it is no report, tells nothing new, or is about a mail that is not ours: an automatic mail like others. */
export function reportOf(mail: Email, id: string, connection: Connection): ChannelEvent[] | undefined {
  if (!/^multipart\/report/i.test(header(mail, 'content-type') ?? '')) return undefined
  const part = (mime: RegExp) => textOf(mail.attachments.find(({ mimeType }) => mime.test(mimeType)))
  const about = aboutOf(part(/^(?:message\/(?:rfc822|global)|text\/rfc822-headers|message\/global-headers)$/), connection)
  const status = part(/^message\/(?:global-)?delivery-status$/)
  if (status) return about && deliveryOf(status, id, about)
  const disposition = part(/^message\/(?:global-)?disposition-notification$/)
  if (disposition) return readOf(disposition, connection)
  const complaint = part(/^message\/feedback-report$/)
  return complaint && about ? complaintOf(complaint, id, about) : undefined
}

const field = (text: string, name: string): string =>
  text
    .split('\n')
    .find((line) => line.toLowerCase().startsWith(`${name}:`))
    ?.slice(name.length + 1)
    .trim() ?? ''
/** `rfc822; ann@customer.example` */
const recipient = (text: string) => mailAddress(text.replace(/^[^;]*;/, '').replace(/[<>]/g, ''))

/** The headers of our own mail that the report returns. */
function aboutOf(returned: string, connection: Connection): About | undefined {
  const head = returned.split(/\n\s*\n/)[0] ?? ''
  const own = ownId(idsOf(field(head, 'message-id'))[0] ?? '', connection.address)
  if (!own) return undefined
  const to = mailAddress(/<([^<>]+)>/.exec(field(head, 'to'))?.[1] ?? field(head, 'to'))
  const mark = field(head, LOOP_HEADER.toLowerCase())
  return { own, to, proven: to !== undefined && provesSent(mark, connection.id, to, connection.secret) }
}

/** One mail goes to one customer, and perhaps to others in copy: their troubles are not this reply's. */
function deliveryOf(status: string, id: string, { own, to, proven }: About): ChannelEvent[] | undefined {
  const blocks = status.split(/\n\s*\n/).filter((block) => field(block, 'action') !== '')
  const named = (block: string) => recipient(field(block, 'original-recipient') || field(block, 'final-recipient'))
  const block =
    blocks.find((one) => to !== undefined && named(one) === to) ?? (blocks.length === 1 && !proven ? blocks[0] : undefined)
  if (block === undefined) return undefined
  const action = field(block, 'action').split(/\s/)[0]?.toLowerCase()
  if (action === 'delivered' || action === 'expanded') return [{ type: 'receipt', ...own, state: 'delivered' }]
  // It waits at a server on the way, or went on to one that does not report.
  if (action === 'delayed' || action === 'relayed') return [{ type: 'receipt', ...own, state: 'sent' }]
  if (action !== 'failed') return undefined
  const code = /^[245]\.\d+\.\d+/.exec(field(block, 'status'))?.[0] ?? ''
  const [, reply, words = ''] = /^[^;]*;?\s*(\d{3})?(.*)/.exec(field(block, 'diagnostic-code')) ?? []
  const refusal = refusalOf(/\.0\.0$/.test(code) ? words : code, Number(reply) || undefined)
  const failed: ChannelEvent = {
    type: 'receipt',
    ...own,
    state: 'failed',
    failure: { again: 'never', certain: true, ...refusal },
  }
  const gone = proven && to !== undefined && /^5\.(?:1\.(?:[1236]|10)|2\.1)$/.test(code)
  return gone ? [failed, { type: 'optOut', id, from: { address: to }, why: 'bounce' }] : [failed]
}

function readOf(disposition: string, connection: Connection): ChannelEvent[] | undefined {
  const own = ownId(idsOf(field(disposition, 'original-message-id'))[0] ?? '', connection.address)
  if (!own) return undefined
  return /;\s*displayed/i.test(field(disposition, 'disposition')) ? [{ type: 'receipt', ...own, state: 'read' }] : undefined
}

/** "This is spam" at the recipient's provider: we write there no more. */
function complaintOf(complaint: string, id: string, { to, proven }: About): ChannelEvent[] | undefined {
  const spam = /^(?:abuse|fraud|opt-out)/i.test(field(complaint, 'feedback-type'))
  return spam && proven && to ? [{ type: 'optOut', id, from: { address: to }, why: 'complaint' }] : undefined
}

/** Folded header lines joined. */
function textOf(part: Attachment | undefined): string {
  if (!part) return ''
  const text = typeof part.content === 'string' ? part.content : new TextDecoder().decode(part.content)
  return text
    .slice(0, 64 * 1024)
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]+(?=\S)/g, ' ')
}
