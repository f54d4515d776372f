/** Sending through a mail server. */
import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import type { CallContext, Connection } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import { GuardError } from '../../http/outcome.ts'
import type { Composed } from './compose.ts'

/** `left`: the mail's body was on its way when it happened, so without a reply nobody knows whether it was taken. */
export class SmtpError extends Error {
  override readonly name = 'SmtpError'
  readonly code: string
  readonly reply: number | undefined
  constructor(
    cause: unknown,
    readonly left: boolean,
  ) {
    super('The mail server did not take it', { cause })
    this.code = String(fieldOf(cause, 'code') ?? '')
    const reply = fieldOf(cause, 'responseCode')
    this.reply = typeof reply === 'number' ? reply : undefined
  }
  /** The server's own words. */
  get response(): string {
    return String(fieldOf(this.cause, 'response') ?? '')
  }
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

/** The connection's own server, else the hub's (SMTP_URL, or the sandbox). */
export const smtpUrlOf = ({ credentials, apiRoot }: Connection): string | undefined =>
  typeof credentials.smtpUrl === 'string' && credentials.smtpUrl ? credentials.smtpUrl : apiRoot

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Read here and not by nodemailer: its own reader also takes options of the query, of which some start programs. */
async function transport(connection: Connection, context: CallContext) {
  const given = smtpUrlOf(connection)
  const url = given && URL.canParse(given) ? new URL(given) : undefined
  if (!url || !/^smtps?:$/.test(url.protocol) || !url.hostname) {
    throw new VisibleError(422, 'smtp_missing', 'Give the SMTP server to send through: smtp://user:password@host:587')
  }
  const name = url.hostname.replace(/^\[|\]$/g, '')
  const host = given === connection.apiRoot ? name : await admitted(name, context)
  const { createTransport } = await import('nodemailer')
  const secure = url.protocol === 'smtps:'
  const user = decodeURIComponent(url.username)
  return createTransport({
    host,
    // The certificate is the name's, whatever address was checked and is connected to.
    ...(isIP(name) === 0 && { servername: name }),
    port: Number(url.port) || (secure ? 465 : 587),
    secure,
    // A password never goes in the clear, whatever a man in the middle leaves out of the greeting.
    requireTLS: !secure && user !== '' && !LOOPBACK.test(url.hostname),
    ...(user && { auth: { user, pass: decodeURIComponent(url.password) } }),
    connectionTimeout: context.timeout,
    greetingTimeout: context.timeout,
    socketTimeout: context.timeout,
    dnsTimeout: context.timeout,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** A server that an administrator names may not be one of our own network; the hub's own, SMTP_URL, may. */
async function admitted(name: string, { guardedLookup }: CallContext): Promise<string> {
  try {
    return guardedLookup ? await guardedLookup(name) : name
  } catch (error) {
    if (error instanceof GuardError) throw new VisibleError(422, 'url_refused', error.message)
    throw new SmtpError(error, false)
  }
}

export async function sendBySmtp(mail: Composed, connection: Connection, context: CallContext): Promise<void> {
  const server = await transport(connection, context)
  let left = false
  // Read only once the server has taken sender and recipient: the moment after which a lost line leaves us in doubt.
  const raw = Readable.from(
    (function* () {
      left = true
      yield mail.raw
    })(),
  )
  try {
    await server.sendMail({ envelope: { from: mail.from, to: [mail.to, ...mail.cc] }, raw })
  } catch (error) {
    throw new SmtpError(error, left)
  } finally {
    server.close()
  }
}

export async function proveSmtp(connection: Connection, context: CallContext): Promise<void> {
  const server = await transport(connection, context)
  try {
    await server.verify()
  } catch (error) {
    throw new SmtpError(error, false)
  } finally {
    server.close()
  }
}
