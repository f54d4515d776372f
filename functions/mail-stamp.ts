/** What SES writes on top of a mail it received: whose it is and what it found. Only its own headers count, not the sender's below them. */
import type { Mail } from '@throughline/core/flow/receive.ts'
import * as z from 'zod/mini'

/** Where the receipt rule lays mail (infra/email.ts); objects are named by SES's message id. */
export const MAIL_PREFIX = 'inbound-mail/'

export type Stamp = Pick<Mail, 'from' | 'to' | 'dmarc' | 'spam'> & { virus: boolean }

const HEAD_BYTES = 64 * 1024

/** Headers from the top, names in lower case, folded lines joined. Latin-1, so that no byte is lost or refused. */
function headersOf(bytes: Uint8Array): [string, string][] {
  const text = Buffer.from(bytes.subarray(0, HEAD_BYTES)).toString('latin1')
  const head = text.split(/\r?\n\r?\n/, 1)[0] ?? ''
  return head
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()])
}

const address = (text: string) => text.replace(/^<|>$/g, '').trim()

/** `To` and `Cc` are the sender's words: taken only where SES names nobody, as it does when a mail has several recipients. */
const named = (value: string) => [...value.matchAll(/[^\s<>,;:"()]+@[^\s<>,;:"()]+/g)].map(([found]) => found)

/**
 * SES writes its headers on top, and the last of them that we read is its receipt: what a sender writes under the same names stands
 * lower and proves nothing.
 */
export function readStamp(bytes: Uint8Array): Stamp {
  const headers = headersOf(bytes)
  const stamp = headers.slice(0, headers.findIndex(([name]) => name === 'x-ses-receipt') + 1)
  const first = (name: string, among = stamp) => among.find(([found]) => found === name)?.[1] ?? ''
  const results = first('authentication-results')
  const dmarc = /^amazonses\.com\b/.test(results) ? /\bdmarc=(pass|fail)\b/.exec(results)?.[1] : undefined
  const recipient = /\bfor (\S+?);/.exec(first('received'))?.[1]
  return {
    from: address(first('return-path')),
    to: recipient ? [address(recipient)] : [...new Set([...named(first('to', headers)), ...named(first('cc', headers))])],
    dmarc: dmarc === 'pass' || dmarc === 'fail' ? dmarc : 'none',
    virus: first('x-ses-virus-verdict') === 'FAIL',
    ...(first('x-ses-spam-verdict') === 'FAIL' && { spam: true }),
  }
}

const Source = z.object({ mail: z.object({ source: z.string() }) })
/** The mailbox that an event of SES is about: the sender of the mail, with a name or without. */
export function sentFrom(message: string): string | undefined {
  try {
    return named(Source.parse(JSON.parse(message)).mail.source).at(-1)
  } catch {
    return undefined
  }
}
