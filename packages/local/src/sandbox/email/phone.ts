/** The person's mail client: writes real MIME and hands it to the hub's SMTP door, again and again until it is taken. */
import { randomUUID } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer/index.js'
import SMTPConnection from 'nodemailer/lib/smtp-connection/index.js'
import { ann, business } from '../ann.ts'
import type { Carry } from '../outbox.ts'
import { growing } from '../outbox.ts'
import { keep, type Sandbox, show, type Written } from '../sandbox.ts'

/** Mail servers try for days; so long does nobody look at a sandbox. */
const TRIES = 20

export function emailPhone(sandbox: Sandbox, addressOf: () => string = () => business.email) {
  return {
    async write({ text, subject, picture }: Written): Promise<void> {
      const { state } = sandbox.book
      const id = `<${randomUUID()}@sandbox.example>`
      const earlier = state.phones.email.map((bubble) => bubble.id)
      const answered = state.phones.email.findLast(({ from }) => from === 'business') ?? state.phones.email.at(-1)
      const title = subject || (answered ? `Re: ${(answered.subject ?? '').replace(/^re:\s*/i, '')}` : 'Question')
      const file = picture && (await keep(sandbox, `mail-${randomUUID()}`, picture))
      const composed = new MailComposer({
        from: { name: ann.name, address: ann.email },
        to: addressOf(),
        subject: title,
        text,
        messageId: id,
        ...(answered && { inReplyTo: answered.id, references: earlier.slice(-20) }),
        ...(picture && {
          attachments: [{ filename: picture.name, contentType: picture.mime, content: Buffer.from(picture.bytes) }],
        }),
      })
      const bytes = new Uint8Array(await composed.compile().build())
      // The same bytes at every try: the hub knows a mail by them.
      const raw = `mail-${randomUUID()}`
      await sandbox.files.put(raw, { bytes, mime: 'message/rfc822' })
      show(sandbox, 'email', { id, from: 'person', text, subject: title, state: 'sending', ...(file && { file }) })
      await sandbox.outbox.add({
        provider: 'email',
        lane: 'mail',
        url: `mailto:${addressOf()}`,
        headers: {},
        body: raw,
        phone: 'email',
        bubble: id,
      })
    },
  }
}

/** One delivery; the code that the other side answered, 0 where nobody did. */
function hand(port: number, to: string, raw: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const connection = new SMTPConnection({
      host: '127.0.0.1',
      port,
      ignoreTLS: true,
      name: 'sandbox.example',
      connectionTimeout: 5000,
    })
    const end = (code: number) => {
      connection.close()
      resolve(code)
    }
    connection.on('error', (error) => end(('responseCode' in error && Number(error.responseCode)) || 0))
    connection.connect(() => {
      connection.send({ from: ann.email, to }, raw, (error) => {
        if (!error) return end(250)
        end(('responseCode' in error && Number(error.responseCode)) || 0)
      })
    })
  })
}

export const carryMail =
  (sandbox: () => Sandbox, port: () => number): Carry =>
  async (item, signal) => {
    const raw = await sandbox().files.get(item.body)
    if (!raw || !item.url) return 'lost'
    const code = await hand(port(), item.url.slice('mailto:'.length), Buffer.from(raw.bytes))
    if (code === 250) {
      await sandbox().files.delete(item.body)
      return 'done'
    }
    const refused = code >= 500 && code < 600
    return !refused && (signal.aborted || item.attempts < TRIES) ? { again: growing(item.attempts) } : 'lost'
  }
