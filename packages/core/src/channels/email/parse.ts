/** Raw mail in, events out. Bytes go to the parser as they came: charsets are its business. */
import type { Email } from 'postal-mime'
import type { ChannelEvent, Connection, HookRequest } from '../../channel.ts'
import type { Part } from '../../message.ts'
import { oneLine } from './address.ts'
import { header, isAutomatic, LOOP_HEADER } from './automatic.ts'
import { bodyOf } from './body.ts'
import { readMail } from './charset.ts'
import { idsOf, ownId } from './ids.ts'
import { reportOf } from './report.ts'
import { senderOf } from './sender.ts'
import { parseSesEvent } from './ses-event.ts'
import { addressesIn, threadOf } from './thread.ts'
import { isOwnMark, namedIn } from './token.ts'

export async function parse(request: HookRequest, connection: Connection): Promise<ChannelEvent[]> {
  const envelope = request.mail
  if (!envelope) return [{ type: 'unknown', kind: 'no mail' }]
  if (request.method === 'EVENT') return parseSesEvent(request.body)
  const mail = await readMail(request.body)
  if (!mail) return [{ type: 'unknown', kind: 'unreadable mail' }]
  if (isOwnMark(header(mail, LOOP_HEADER) ?? '', connection.id)) return []
  const report = reportOf(mail, envelope.id, connection)
  if (report) return report
  const who = senderOf(mail, envelope)
  if (!who) return [{ type: 'unknown', kind: 'mail without From' }]
  const { sender, verified } = who
  // SES' own id, or the door's hash of the bytes: Message-ID is the sender's to choose, and to repeat.
  const about = { id: envelope.id, from: sender }
  const { parts, files } = bodyOf(mail, envelope.id)
  const wish = verified ? wishOf(mail.subject, parts) : undefined
  const subject = oneLine(mail.subject ?? '').slice(0, 1000)
  const replyTo = answeredBy(mail, connection.address)
  const customer = namedIn(recipientsOf(mail, envelope.to), connection.address, connection.secret)
  const automatic = Boolean(wish) || isAutomatic(mail, sender.address, envelope)
  const message: ChannelEvent = {
    type: 'message',
    ...about,
    parts,
    thread: threadOf(mail, sender.address, connection.address, verified),
    ...(subject && { subject }),
    ...(replyTo && { replyTo }),
    ...(customer && { customer }),
    ...(automatic && { automatic }),
    ...(!verified && { unverified: true }),
    ...(files.length > 0 && { files }),
  }
  if (wish === 'out') return [message, { type: 'optOut', ...about, why: 'unsubscribed' }]
  return wish === 'in' ? [message, { type: 'optIn', ...about }] : [message]
}

/** Our own mail that it answers: In-Reply-To first, else the newest of the References; some clients drop the one, some the other. */
function answeredBy(mail: Email, mailbox: string): string | undefined {
  for (const id of [...idsOf(mail.inReplyTo), ...idsOf(mail.references).toReversed()]) {
    const own = ownId(id, mailbox)
    if (own) return own.id
  }
  return undefined
}

/** The envelope decides whose mail it is; a signed address may as well be read in the headers, where Bcc and forwarding hide it. */
const recipientsOf = (mail: Email, envelope: readonly string[]): string[] => [
  ...envelope,
  ...['to', 'cc', 'delivered-to', 'x-original-to'].flatMap((name) => addressesIn(mail, name)),
]

const OUT = /^(unsubscribe|stop|отписаться|отписка)$/i
const IN = /^(subscribe|start|подписаться)$/i

/** The word alone, as subject or as the whole text. From a proven sender only: nobody unsubscribes another. */
function wishOf(subject = '', [first]: readonly Part[]): 'out' | 'in' | undefined {
  const said = [subject, first?.type === 'text' ? first.text : ''].map((text) => text.trim().replace(/[.!]$/, ''))
  if (said.some((text) => OUT.test(text))) return 'out'
  return said.some((text) => IN.test(text)) ? 'in' : undefined
}
