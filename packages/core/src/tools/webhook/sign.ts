/** Standard Webhooks, symmetric (standardwebhooks.com): what is signed is `id.timestamp.body`, the bytes as they are sent. */
import { createHmac } from 'node:crypto'

/** The hub's own random secret in the scheme's notation: always the same, so connecting again changes nothing for the receiver. */
export const signingSecret = (secret: string): string => `whsec_${Buffer.from(secret, 'utf8').toString('base64')}`

export type Signed = { 'webhook-id': string; 'webhook-timestamp': string; 'webhook-signature': string }

/** `id` is the same on every try of one message, `seconds` is the time of this try. */
export function signHeaders(whsec: string, id: string, seconds: number, body: string): Signed {
  const key = Buffer.from(whsec.replace(/^whsec_/, ''), 'base64')
  // An HMAC under no key is one that anybody can make.
  if (key.length === 0) throw new Error('a webhook without a signing secret')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': `v1,${signature}` }
}
