/** One answer as raw MIME: the words and files of a whole message in one mail, in the customer's thread. */
import MailComposer from 'nodemailer/lib/mail-composer'
import type { SendContext, Unit } from '../../channel.ts'
import type { Connection } from '../../connector.ts'
import { isMedia, type MediaPart } from '../../message.ts'
import { mailAddress } from './address.ts'
import { LOOP_HEADER } from './automatic.ts'
import { htmlOf, plainOf, wordsOf } from './html-out.ts'
import { idFor } from './ids.ts'
import { readThread, type Thread } from './thread.ts'
import { loopMark, replyAddress } from './token.ts'

/** What we refuse to put into a mail at all. `message` is for the agent. */
export class Unmailable extends Error {
  override readonly name = 'Unmailable'
  constructor(
    message: string,
    readonly code: 'badContent' | 'tooLong' = 'badContent',
  ) {
    super(message)
  }
}

export type Composed = { raw: Uint8Array; id: string; from: string; to: string; cc: string[] }

const MAX_REFERENCES = 20
/** SES takes 40 MB after base64, most servers 25; a third more than the bytes. */
const MAX_FILES = 25 * 1024 * 1024
const EXTENSIONS = { image: 'jpg', video: 'mp4', audio: 'mp3', file: 'bin' } as const

/** A line break in a header begins another header. */
function line(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new Unmailable('A subject, name or address with a line break is not sent.')
  return text
}

async function attach(part: MediaPart, index: number, context: SendContext) {
  const { name = `${part.type}-${index + 1}.${EXTENSIONS[part.type]}`, mime } = part.media
  const content = Buffer.from(await context.bytes(part.media))
  return { filename: line(name), content, ...(mime && { contentType: line(mime) }) }
}

/** `yes` needs a mailbox that takes subaddresses; SES and our own door do. */
function repliesTo({ settings, apiRoot, address, secret }: Connection, { customer }: SendContext): string {
  const wanted = settings.replyAddress ?? (settings.via === 'ses' || apiRoot ? 'yes' : 'no')
  return (wanted === 'yes' && customer && replyAddress(address, customer, secret)) || address
}

/** RFC 3834, and the way of Exchange: no holiday notice answers a machine. A person's answer bears none of them. */
const AUTOMATIC = { 'Auto-Submitted': 'auto-replied', 'X-Auto-Response-Suppress': 'All' }

/** In a thread where somebody asked for answers elsewhere or wrote to others too, DMARC stood behind them (thread.ts). */
function recipients(address: string, thread: Thread, { settings }: Connection): { to: string; cc: string[] } {
  const to = mailAddress(line(thread.answerTo ?? address))
  if (!to) throw new Unmailable('This is no e-mail address.')
  const everyone = settings.copies !== 'no' ? (thread.cc ?? []) : []
  return { to, cc: everyone.flatMap((one) => mailAddress(line(one)) ?? []).filter((one) => one !== to) }
}

export async function compose(unit: Unit, address: string, connection: Connection, context: SendContext): Promise<Composed> {
  const from = connection.address
  const thread = readThread(context.thread)
  const { messageId, references = [], subject } = thread
  const { to, cc } = recipients(address, thread, connection)
  const id = idFor(context.reference, from)
  const chain = [...references, ...(messageId ? [messageId] : [])].slice(-MAX_REFERENCES).map(line)
  const name = context.senderName ?? connection.name
  const words = unit.parts.flatMap((part) => wordsOf(part) ?? [])
  const attachments = await Promise.all(unit.parts.filter(isMedia).map((part, index) => attach(part, index, context)))
  if (attachments.reduce((sum, { content }) => sum + content.length, 0) > MAX_FILES) {
    throw new Unmailable('The files are too large for one mail.', 'tooLong')
  }
  const mail = new MailComposer({
    from: { name: line(name), address: line(from) },
    to,
    ...(cc.length > 0 && { cc }),
    replyTo: line(repliesTo(connection, context)),
    subject: line(subject ? (/^re:/i.test(subject) ? subject : `Re: ${subject}`) : `Message from ${name}`),
    messageId: `<${id}>`,
    ...(messageId && { inReplyTo: line(messageId) }),
    ...(chain.length > 0 && { references: chain }),
    date: new Date(context.now()),
    headers: { [LOOP_HEADER]: loopMark(connection.id, to, connection.secret), ...(context.automatic && AUTOMATIC) },
    text: words.map(plainOf).join('\n\n'),
    ...(words.length > 0 && { html: htmlOf(words) }),
    attachments,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return { raw: await mail.compile().build(), id, from, to, cc }
}
