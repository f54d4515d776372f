/** Twilio's webhooks: forms, signed with the account's token by Twilio's own library, retried as the URL's fragment says. */
import twilioWebhooks from 'twilio/lib/webhooks/webhooks.js'
import type { Carry } from '../outbox.ts'
import { growing } from '../outbox.ts'
import { post, type Sandbox } from '../sandbox.ts'
import type { Post } from '../state.ts'
import type { TwilioPhone } from './answer.ts'

type Hook = { lane: string; url: string; fallback?: string | undefined; params: Record<string, string>; wait?: number }

export async function addHook(sandbox: Sandbox, phone: TwilioPhone, bubble: string, hook: Hook): Promise<void> {
  const { lane, url, fallback, params, wait } = hook
  await sandbox.outbox.add({
    provider: 'twilio',
    lane,
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8', 'user-agent': 'TwilioProxy/1.1' },
    body: new URLSearchParams(params).toString(),
    phone,
    bubble,
    ...(fallback && { fallback }),
    ...(wait && { wait }),
  })
}

/** `#rc=5&rp=ct,5xx,rt`: how often, and after what. By default once, and only where no connection came about. */
function mayTryAgain(url: string, status: number, attempts: number): boolean {
  const options = new URLSearchParams(url.split('#')[1] ?? '')
  const policy = (options.get('rp') ?? 'ct').split(',')
  const names = status === 0 ? ['ct', 'rt', 'all'] : [`${Math.floor(status / 100)}xx`, 'all']
  return attempts < Number(options.get('rc') ?? 1) && names.some((name) => policy.includes(name))
}

export const carryHook =
  (sandbox: () => Sandbox): Carry =>
  async (item: Post, signal) => {
    if (!item.url) return 'lost'
    const url = item.url.split('#')[0] ?? ''
    const params = Object.fromEntries(new URLSearchParams(item.body))
    const signature = twilioWebhooks.getExpectedTwilioSignature(sandbox().book.state.twilio.token, url, params)
    const headers = { ...item.headers, 'x-twilio-signature': signature, 'i-twilio-idempotency-token': item.id }
    const status = await post(sandbox(), url, headers, item.body, signal, 15_000)
    if (status >= 200 && status < 300) return 'done'
    // The sandbox and the hub stop together: what this stop cut off is neither an answer nor a try.
    if (signal.aborted || mayTryAgain(item.url, status, item.attempts)) return { again: growing(item.attempts) / 2 }
    if (!item.fallback) return 'lost'
    item.url = item.fallback
    item.fallback = undefined
    return { again: 0 }
  }
