/** One answer as raw MIME: the words and files of a whole message in one mail, in the customer's thread. */
import MailComposer from 'nodemailer/lib/mail-composer'
import type { SendContext, Unit } from '../../channel.ts'
import type { Connection } from '../../connector.ts'
import { isMedia, type MediaPart, plainPart } from '../../message.ts'
import { LOOP_HEADER } from './automatic.ts'
import { idFor } from './ids.ts'
import { mailAddress } from './sender.ts'
import { readThread } from './thread.ts'

/** What we refuse to put into a mail at all. `message` is for the agent. */
export class Unmailable extends Error {
  override readonly name = 'Unmailable'
}

export type Composed = { raw: Uint8Array; id: string; from: string; to: string }

const MAX_REFERENCES = 20
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

export async function compose(unit: Unit, address: string, connection: Connection, context: SendContext): Promise<Composed> {
  const to = mailAddress(line(address))
  if (!to) throw new Unmailable('This is no e-mail address.')
  const from = connection.address
  const id = idFor(context.reference, from)
  const { messageId, references = [], subject } = readThread(context.thread)
  const chain = [...references, ...(messageId ? [messageId] : [])].slice(-MAX_REFERENCES).map(line)
  const name = context.senderName ?? connection.name
  const text = unit.parts
    .flatMap((part) => (isMedia(part) ? (part.caption ? [part.caption] : []) : [plainPart(part)]))
    .join('\n\n')
  const files = unit.parts.filter(isMedia)
  const mail = new MailComposer({
    from: { name: line(name), address: line(from) },
    to,
    replyTo: line(from),
    subject: line(subject ? (/^re:/i.test(subject) ? subject : `Re: ${subject}`) : `Message from ${name}`),
    messageId: `<${id}>`,
    ...(messageId && { inReplyTo: line(messageId) }),
    ...(chain.length > 0 && { references: chain }),
    date: new Date(context.now()),
    headers: { [LOOP_HEADER]: connection.id },
    text,
    attachments: await Promise.all(files.map((part, index) => attach(part, index, context))),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return { raw: await mail.compile().build(), id, from, to }
}
