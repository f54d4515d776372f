/** Slack: one root message per customer in a channel, agents answer in its thread. The door: settings, signature, events. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import type { Connection, HookRequest } from '../../connector.ts'
import type { Tool } from '../../tool.ts'
import { parse } from './parse.ts'

export const Settings = z.object({
  channel: z.string().check(z.trim(), z.minLength(1), z.maxLength(100)).register(z.globalRegistry, {
    title: 'Channel',
    description: 'Where customers are shown: #support, or the channel id C0123456789. Invite the bot there.',
  }),
})

export const Credentials = z.object({
  botToken: z
    .string()
    .check(z.trim(), z.regex(/^xox[a-z]-\S+$/, 'a bot token as xoxb-…'))
    .register(z.globalRegistry, { title: 'Bot token', description: 'OAuth & Permissions, Bot User OAuth Token: xoxb-…' }),
  signingSecret: z
    .string()
    .check(z.trim(), z.minLength(1))
    .register(z.globalRegistry, { title: 'Signing secret', description: 'Basic Information, App Credentials' }),
})

/** Seconds; an older request is one that somebody recorded. */
const WINDOW = 300

function verify(request: HookRequest, connection: Connection): boolean {
  const { 'x-slack-signature': given = '', 'x-slack-request-timestamp': timestamp = '' } = request.headers
  const { signingSecret } = connection.credentials
  if (request.door !== 'http' || typeof signingSecret !== 'string' || signingSecret === '') return false
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(request.now - Number(timestamp)) > WINDOW) return false
  const hmac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(request.body).digest('hex')
  const expected = Buffer.from(`v0=${hmac}`)
  const got = Buffer.from(given)
  return got.length === expected.length && timingSafeEqual(got, expected)
}

export const slack: Tool = {
  kind: 'slack',
  title: 'Slack',
  hint: 'Make a Slack app of your own with a bot (scopes chat:write, chat:write.customize, channels:read, channels:join, channels:history, for private channels groups:read and groups:history), install it, and paste its token and signing secret. Then give Slack the webhook address as Request URL of Event Subscriptions, with the bot events message.channels and message.groups.',
  settings: Settings,
  credentials: Credentials,
  needsPublicUrl: true,
  secrets: ['botToken', 'signingSecret'],
  capabilities: {
    threads: true,
    everything: false,
    edits: false,
    reactions: false,
    deliveryStatus: 'none',
    filesIn: false,
    filesOut: false,
    notes: true,
    // Slack cuts at 40,000 and advises less; escaping makes texts longer.
    maxText: 12_000,
    // Posts of all threads of one channel count together.
    rate: { perSecond: 1, scope: 'connection' },
    retryHours: 24,
  },
  verify,
  parse,
  answer(events) {
    const handshake = events.find((event) => event.type === 'challenge')
    if (!handshake) return { status: 200 }
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: handshake.value }
  },
}
