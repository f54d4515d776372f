/** The person's mail server: takes what the hub sends to the sandbox address and shows it in the mail client. */
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { listenSmtp, readAll, replyWith } from '../../smtp.ts'
import { ann } from '../ann.ts'
import { faultOf, shallDrop } from '../faults.ts'
import { keep, type Sandbox, show } from '../sandbox.ts'

const MAX_MAIL = 25 * 1024 * 1024

async function take(sandbox: Sandbox, bytes: Uint8Array): Promise<void> {
  const mail = await PostalMime.parse(bytes)
  const id = mail.messageId ?? `<${crypto.randomUUID()}@sandbox.example>`
  const attached = mail.attachments[0]
  const content =
    attached && new Uint8Array(typeof attached.content === 'string' ? Buffer.from(attached.content) : attached.content)
  const file =
    attached && content
      ? await keep(sandbox, `mail-${crypto.randomUUID()}`, {
          bytes: content,
          name: attached.filename ?? 'attachment',
          mime: attached.mimeType,
        })
      : undefined
  show(sandbox, 'email', {
    id,
    from: 'business',
    text: (mail.text ?? mail.html ?? '').trim(),
    subject: mail.subject ?? '',
    state: 'delivered',
    ...(file && { file }),
  })
  await sandbox.book.save()
}

/** `port` 0: any. Resolves to the port it got. */
export async function openSink(sandbox: () => Sandbox, port: number): Promise<{ port: number; close(): Promise<void> }> {
  const server = new SMTPServer({
    name: 'sandbox.example',
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    size: MAX_MAIL,
    rejectOversized: true,
    onRcptTo({ address }, _session, done) {
      const fault = faultOf(sandbox(), 'email')
      if (fault)
        return done(replyWith(fault === 'down' ? 421 : 450, fault === 'down' ? 'Not now' : 'Too many messages, try later'))
      done(address.toLowerCase() === ann.email ? undefined : replyWith(550, 'No such mailbox'))
    },
    onData(stream, _session, done) {
      readAll(stream)
        .then((bytes) => take(sandbox(), bytes))
        // Accepted, then silence: the connection simply never says so.
        .then(() => (shallDrop(sandbox(), 'email') ? undefined : done(null, 'OK')))
        .catch(() => done(replyWith(451, 'Could not be stored')))
    },
  })
  return listenSmtp(server, port)
}
