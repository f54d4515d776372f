/** Viber's callbacks: signed over the raw bytes, with tokens beyond what a JSON number of JavaScript holds. */
import { createHmac } from 'node:crypto'
import type { Carry } from '../outbox.ts'
import { growing } from '../outbox.ts'
import { post, type Sandbox } from '../sandbox.ts'

export const HOST = 'SN-CHAT-05_'
/** Viber tries for about an hour. */
const TRIES = 30

/** JSON in which `message_token`, a string of digits with us, is a number of all its digits. Texts cannot match: their quotes are escaped. */
export const exact = (value: Record<string, unknown>) =>
  JSON.stringify(value).replace(/"message_token":"(\d+)"/g, '"message_token":$1')

export function newToken(sandbox: Sandbox): string {
  const { viber } = sandbox.book.state
  viber.nextToken = String(BigInt(viber.nextToken) + 7n)
  return viber.nextToken
}

const sign = (sandbox: Sandbox, body: string) => createHmac('sha256', sandbox.book.state.viber.token).update(body).digest('hex')

const headersFor = (sandbox: Sandbox, body: string) => ({
  'content-type': 'application/json',
  'x-viber-content-signature': sign(sandbox, body),
})

type Callback = { event: string; message_token: string; [field: string]: unknown }

const bodyOf = (callback: Callback) => exact({ timestamp: Date.now(), chat_hostname: HOST, ...callback })

/** `bubble`: whose ticks follow. */
export async function addCallback(sandbox: Sandbox, callback: Callback, bubble?: string, wait?: number): Promise<void> {
  const { webhook } = sandbox.book.state.viber
  const mandatory = ['message', 'subscribed', 'unsubscribed'].includes(callback.event)
  if (!webhook || (!mandatory && !webhook.events.includes(callback.event))) return
  const body = bodyOf(callback)
  await sandbox.outbox.add({
    provider: 'viber',
    lane: mandatory ? 'chat' : `receipts/${callback.message_token}`,
    url: webhook.url,
    headers: headersFor(sandbox, body),
    body,
    ...(bubble && { phone: 'viber' as const, bubble }),
    ...(wait && { wait }),
  })
}

export const carryCallback =
  (sandbox: () => Sandbox): Carry =>
  async (item, signal) => {
    if (!item.url) return 'lost'
    const status = await post(sandbox(), item.url, item.headers, item.body, signal, 30_000)
    if (status === 200) return 'done'
    return signal.aborted || item.attempts < TRIES ? { again: growing(item.attempts, 120_000) } : 'lost'
  }

/** set_webhook's own call: the address must answer 200 before it counts. */
export async function knock(sandbox: Sandbox, url: string): Promise<boolean> {
  if (!URL.canParse(url)) return false
  const body = bodyOf({ event: 'webhook', message_token: newToken(sandbox) })
  return (await post(sandbox, url, headersFor(sandbox, body), body, AbortSignal.timeout(10_000), 10_000)) === 200
}
