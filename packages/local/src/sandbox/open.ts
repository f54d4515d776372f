/** The sandbox as a whole: four providers, five phones, one memory. */
import { join } from 'node:path'
import { fileBlobs } from '../blobs.ts'
import { business } from './ann.ts'
import { carryMail, emailPhone } from './email/phone.ts'
import { openSink } from './email/sink.ts'
import { openOutbox } from './outbox.ts'
import type { Sandbox, Written } from './sandbox.ts'
import { openBook, type PhoneKind } from './state.ts'
import { telegramPhone } from './telegram/index.ts'
import { carryUpdate } from './telegram/updates.ts'
import { carryHook } from './twilio/hooks.ts'
import { twilioPhone } from './twilio/phone.ts'
import { carryCallback } from './viber/callback.ts'
import { viberPhone } from './viber/phone.ts'

export type Phone = {
  write(written: Written): Promise<void>
  /** "Share my phone number", where the messenger has it. */
  contact?(): Promise<void>
  block?(blocked: boolean): Promise<void>
  /** A button under a message. */
  press?(message: string, data: string): Promise<void>
}

export type OpenSandbox = Sandbox & {
  phones: Record<PhoneKind, Phone>
  /** Of the person's mail server. */
  mailPort: number
  close(): Promise<void>
}

export type SandboxOptions = {
  /** HUB_DATA. */
  dir: string
  /** http://127.0.0.1:PORT/sandbox */
  origin: string
  fetch: typeof fetch
  /** The hub's SMTP door. */
  smtpPort: () => number
  pace?: number
}

export async function openSandbox({ dir, origin, fetch, smtpPort, pace = 400 }: SandboxOptions): Promise<OpenSandbox> {
  const book = await openBook(join(dir, 'sandbox.json'), business.bot.id)
  const outbox = openOutbox(book, {
    telegram: carryUpdate(() => sandbox),
    twilio: carryHook(() => sandbox),
    viber: carryCallback(() => sandbox),
    email: carryMail(() => sandbox, smtpPort),
  })
  const sandbox: Sandbox = { book, outbox, origin, fetch, pace, files: fileBlobs(join(dir, 'sandbox-files')) }
  const sink = await openSink(() => sandbox, book.state.email.port)
  book.state.email.port = sink.port
  await book.save()
  return {
    ...sandbox,
    mailPort: sink.port,
    phones: {
      telegram: telegramPhone(sandbox),
      whatsapp: twilioPhone(sandbox, 'whatsapp'),
      sms: twilioPhone(sandbox, 'sms'),
      viber: viberPhone(sandbox),
      email: emailPhone(sandbox),
    },
    async close() {
      await Promise.all([outbox.close(), sink.close()])
      await book.save()
    },
  }
}
