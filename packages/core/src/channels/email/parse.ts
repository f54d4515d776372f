/** Raw mail in, events out. Bytes go to the parser as they came: charsets are its business. */
import type { Email } from 'postal-mime'
import type { ChannelEvent, Connection, HookRequest } from '../../channel.ts'
import { header, isAutomatic, LOOP_HEADER } from './automatic.ts'
import { bodyOf } from './body.ts'
import { readMail } from './charset.ts'
import { idsOf, ownId } from './ids.ts'
import { reportOf } from './report.ts'
import { senderOf } from './sender.ts'
import { oneLine, threadOf } from './thread.ts'

export async function parse(request: HookRequest, connection: Connection): Promise<ChannelEvent[]> {
  const envelope = request.mail
  if (!envelope) return [{ type: 'unknown', kind: 'no mail' }]
  const mail = await readMail(request.body)
  if (!mail) return [{ type: 'unknown', kind: 'unreadable mail' }]
  if (header(mail, LOOP_HEADER) === connection.id) return []
  const report = reportOf(mail, connection.address)
  if (report) return [report]
  const who = senderOf(mail, envelope)
  if (!who) return [{ type: 'unknown', kind: 'mail without From' }]
  const { sender, verified } = who
  // SES' own id, or the door's hash of the bytes: Message-ID is the sender's to choose, and to repeat.
  const about = { id: envelope.id, from: sender }
  const { parts, files } = bodyOf(mail, envelope.id)
  const wish = verified ? wishOf(mail) : undefined
  const subject = oneLine(mail.subject ?? '').slice(0, 1000)
  const answered = ownId(idsOf(mail.inReplyTo).at(-1) ?? '', connection.address)
  const automatic = Boolean(wish) || isAutomatic(mail, sender.address, envelope)
  const message: ChannelEvent = {
    type: 'message',
    ...about,
    parts,
    thread: threadOf(mail),
    ...(subject && { subject }),
    ...(answered && { replyTo: answered.id }),
    ...(automatic && { automatic }),
    ...(!verified && { unverified: true }),
    ...(files.length > 0 && { files }),
  }
  if (wish === 'out') return [message, { type: 'optOut', ...about, why: 'unsubscribed' }]
  return wish === 'in' ? [message, { type: 'optIn', ...about }] : [message]
}

const OUT = /^(unsubscribe|stop|отписаться|отписка)$/i
const IN = /^(subscribe|start|подписаться)$/i

/** The word alone, as subject or as the whole text. From a proven sender only: nobody unsubscribes another. */
function wishOf(mail: Email): 'out' | 'in' | undefined {
  const said = [mail.subject ?? '', mail.text ?? ''].map((text) => text.trim().replace(/[.!]$/, ''))
  if (said.some((text) => OUT.test(text))) return 'out'
  return said.some((text) => IN.test(text)) ? 'in' : undefined
}
