/**
 * A reply address for each customer: `support+c_<token>@shop.example`. It survives where Message-IDs do not (SES gives its own, clients
 * drop References). The token is the customer's id and a signature by the connection's secret, in base32 and lower case, for some servers
 * change the case. Connecting anew makes a new secret, and with it all older addresses name nobody.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { baseMailbox, isMailbox } from '../../mailbox.ts'

/** Crockford's, as in ids (ULID): without letters that look like others. */
const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz'
const ID = /^[0-9a-hjkmnp-tv-z]{26}$/
const TOKEN = /\+c_([0-9a-hjkmnp-tv-z]{26})([0-9a-hjkmnp-tv-z]{16})@/
/** RFC 5321: octets before the @. */
const MAX_LOCAL = 64

/** 80 bits. */
function mac(secret: string, what: string): string {
  const bytes = createHmac('sha256', secret).update(what).digest()
  let bits = 0n
  for (const byte of bytes.subarray(0, 10)) bits = (bits << 8n) | BigInt(byte)
  return Array.from({ length: 16 }, (_, at) => BASE32[Number((bits >> BigInt(75 - at * 5)) & 31n)]).join('')
}

/** Undefined where the mailbox leaves no room for it. */
export function replyAddress(mailbox: string, customer: string, secret: string): string | undefined {
  const id = customer.toLowerCase()
  const at = mailbox.lastIndexOf('@')
  const local = `${mailbox.slice(0, at)}+c_${id}${mac(secret, `mail-reply:${id}`)}`
  return secret !== '' && ID.test(id) && local.length <= MAX_LOCAL ? `${local}${mailbox.slice(at)}` : undefined
}

/** The customer that one of these addresses names, if it is of this mailbox and we signed it. */
export function namedIn(addresses: readonly string[], mailbox: string, secret: string): string | undefined {
  for (const address of addresses) {
    const [, id, signature] = TOKEN.exec(address.toLowerCase()) ?? []
    if (!id || !signature || secret === '' || !isMailbox(baseMailbox(address) ?? '', mailbox)) continue
    if (isEqual(signature, mac(secret, `mail-reply:${id}`))) return id.toUpperCase()
  }
  return undefined
}

const isEqual = (a: string, b: string) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))

/**
 * Goes out with each mail: whose it is, and a proof that we wrote to this address. What comes back with it unchanged is an echo; within a
 * report it shows that the report is about a mail of ours to nobody else, which a stranger who saw a Message-ID cannot make up.
 */
export const loopMark = (connection: string, to: string, secret: string): string =>
  `${connection}/${mac(secret, `mail-to:${to}`)}`
export const isOwnMark = (mark: string, connection: string): boolean => mark.split('/')[0] === connection
export const provesSent = (mark: string, connection: string, to: string, secret: string): boolean =>
  secret !== '' && isEqual(mark, loopMark(connection, to, secret))
