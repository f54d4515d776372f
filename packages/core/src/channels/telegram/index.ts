/** Telegram bots in private chats. The door: what an administrator gives, what the channel can, the secret, the updates. */
import { createHash, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import type { Channel, ChannelEvent, Connection, HookAnswer, HookRequest } from '../../channel.ts'
import { parse } from './parse.ts'

const Credentials = z.object({
  token: z
    .string()
    .check(z.trim(), z.regex(/^\d+:[\w-]+$/, 'a bot token as 123456:ABC…'))
    .register(z.globalRegistry, { title: 'Bot token', description: 'From @BotFather: 123456:ABC…' }),
})

/** A shared secret in a header, chosen by us at setWebhook; Telegram signs nothing. */
function verify(request: HookRequest, connection: Connection): boolean {
  const given = request.headers['x-telegram-bot-api-secret-token']
  if (request.door !== 'http' || connection.secret === '' || given === undefined) return false
  return timingSafeEqual(hash(given), hash(connection.secret))
}

/** Equal lengths for the comparison, whatever was sent. */
const hash = (text: string) => createHash('sha256').update(text).digest()

/** Telegram runs the method that an answer names: without this one a pressed button goes on spinning. */
function answer(events: readonly ChannelEvent[]): HookAnswer {
  const pressed = events.find((event) => event.type === 'message' && event.acknowledge !== undefined)
  if (pressed?.type !== 'message') return { status: 200 }
  const body = { method: 'answerCallbackQuery', callback_query_id: pressed.acknowledge }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

const UPLOAD = 50 * 1024 * 1024

export const telegram: Channel = {
  kind: 'telegram',
  title: 'Telegram',
  hint: 'Write to @BotFather, send /newbot, and paste the token it gives you.',
  settings: z.object({}),
  credentials: Credentials,
  secrets: ['token'],
  capabilities: {
    maxText: 4096,
    maxCaption: 1024,
    media: {
      /** What Telegram does not show as a picture, film or sound goes as a document (files.ts). */
      image: { maxBytes: UPLOAD },
      video: { maxBytes: UPLOAD },
      audio: { maxBytes: UPLOAD },
      file: { maxBytes: UPLOAD },
    },
    mediaBy: 'upload',
    location: true,
    venue: true,
    contact: true,
    buttons: 100,
    formatting: true,
    bundles: false,
    writeFirst: false,
    receipts: 'none',
    edits: true,
    deletions: true,
    reactions: true,
    typing: true,
    idempotentSend: false,
    scope: 'global',
  },
  verify,
  parse,
  answer,
  linkTo: (connection, token) => `https://t.me/${connection.address.replace(/^@/, '')}?start=${token}`,
}
