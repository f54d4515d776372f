/** E-mail comes in here by SMTP. 250 is said only once the mail is in the stream; until then the sender keeps it. */
import { createHash } from 'node:crypto'
import { connectionByMailbox } from '@throughline/core/connection/read.ts'
import { receiveMail } from '@throughline/core/flow/receive.ts'
import type { Hub } from '@throughline/core/hub.ts'
import { SMTPServer } from 'smtp-server'
import { askDns, type Resolve, verdictOf } from './mail-verdict.ts'
import { listenSmtp, readAll, replyWith } from './smtp.ts'

/** As SES takes them. */
const MAX_MAIL = 40 * 1024 * 1024

/** The sandbox's people have no domains of their own; a real mailbox has no root beside its provider's. */
async function isReal(hub: Hub, to: readonly string[]): Promise<boolean> {
  const connections = await Promise.all(to.map((address) => connectionByMailbox(hub, address)))
  return connections.some((connection) => connection && !connection.apiRoot)
}

export function openSmtpDoor(
  hub: Hub,
  port: number,
  resolve: Resolve = askDns,
): Promise<{ port: number; close(): Promise<void> }> {
  const server = new SMTPServer({
    name: 'throughline',
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    size: MAX_MAIL,
    rejectOversized: true,
    /** No relay: only the mailboxes of our connections. */
    onRcptTo({ address }, _session, done) {
      connectionByMailbox(hub, address).then(
        (connection) => done(connection ? undefined : replyWith(550, 'No such mailbox here')),
        (error: unknown) => {
          hub.logger.error('mail.lookup_failed', { error })
          done(replyWith(451, 'Try again later'))
        },
      )
    },
    onData(stream, { envelope, remoteAddress, hostNameAppearsAs }, done) {
      const from = envelope.mailFrom ? envelope.mailFrom.address : ''
      const to = envelope.rcptTo.map(({ address }) => address)
      readAll(stream)
        .then(async (bytes) => {
          if (stream.sizeExceeded) return
          // The same mail handed over again, because our answer was lost, has the same bytes.
          const id = createHash('sha256').update(bytes).digest('hex')
          const session = { ip: remoteAddress, helo: hostNameAppearsAs, sender: from }
          const dmarc = (await isReal(hub, to)) ? await verdictOf(bytes, session, resolve) : 'none'
          const { accepted, unknown } = await receiveMail(hub, { id, from, to, dmarc, bytes })
          hub.logger.info('mail.received', { mail: id, accepted: accepted.length, unknown: unknown.length })
          if (accepted.length === 0) throw new Error('The mailbox went away during the mail')
        })
        .then(
          () => done(null, 'Kept'),
          (error: unknown) => {
            hub.logger.error('mail.failed', { error })
            done(replyWith(451, 'Could not be kept, try again later'))
          },
        )
    },
  })
  return listenSmtp(server, port)
}
