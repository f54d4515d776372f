/** The person's mailbox and mail client, with nodemailer on the other side. */
import { createTransport } from 'nodemailer'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { afterEach, expect, test } from 'vitest'
import { ann, business } from '../src/sandbox/ann.ts'
import { listenSmtp, readAll, replyWith } from '../src/smtp.ts'
import { type Place, place, until } from './place.ts'

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function open(smtpPort = 0): Promise<Place> {
  const here = await place([], smtpPort)
  closers.push(here.close)
  return here
}

test('mail to the sandbox address appears in the mail client; other addresses are unknown', async () => {
  const here = await open()
  const transport = createTransport({ host: '127.0.0.1', port: here.sandbox.mailPort })
  const message = { from: business.email, subject: 'Re: Kettle', text: 'In stock!', messageId: '<one@demo.example>' }
  await transport.sendMail({ ...message, to: ann.email, attachments: [{ filename: 'a.txt', content: 'abc' }] })
  await expect(transport.sendMail({ ...message, to: 'bob@sandbox.example' })).rejects.toMatchObject({ responseCode: 550 })
  expect(here.state.phones.email).toMatchObject([
    { id: '<one@demo.example>', from: 'business', subject: 'Re: Kettle', text: 'In stock!', file: { name: 'a.txt', size: 3 } },
  ])
  here.state.faults.email.limit = 1
  await expect(transport.sendMail({ ...message, to: ann.email })).rejects.toMatchObject({ responseCode: 450 })
})

test('the mail client hands its mail over until the door takes it, the same bytes each time, threaded', async () => {
  const taken: Buffer[] = []
  let tries = 0
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      readAll(stream).then((bytes) => {
        taken.push(Buffer.from(bytes))
        done(tries++ === 0 ? replyWith(451, 'later') : null)
      })
    },
  })
  const door = await listenSmtp(server, 0)
  closers.push(door.close)
  const here = await open(door.port)
  await here.sandbox.phones.email.write({ text: 'Where is it?', subject: 'Order' })
  await until(() => here.state.phones.email[0]?.state === 'delivered')
  expect(taken).toHaveLength(2)
  expect(taken[0]?.equals(taken[1] ?? Buffer.alloc(0))).toBe(true)

  const transport = createTransport({ host: '127.0.0.1', port: here.sandbox.mailPort })
  await transport.sendMail({
    from: business.email,
    to: ann.email,
    subject: 'Re: Order',
    text: 'On its way',
    messageId: '<two@demo.example>',
  })
  await here.sandbox.phones.email.write({ text: 'Thanks' })
  await until(() => taken.length === 3)
  const mail = await PostalMime.parse(taken[2] ?? '')
  expect(mail).toMatchObject({ subject: 'Re: Order', inReplyTo: '<two@demo.example>', from: { address: ann.email } })
  expect(mail.references?.split(/\s+/)).toContain(here.state.phones.email[0]?.id)
})
