/** Telegram bots in private chats. The door: what an administrator gives, what the channel can, the secret, the updates. */
import { createHash, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import type { Channel, Connection, HookRequest } from '../../channel.ts'
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

const MEGABYTE = 1024 * 1024

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
      image: { maxBytes: 10 * MEGABYTE, mimes: ['image/jpeg', 'image/png', 'image/webp'] },
      video: { maxBytes: 50 * MEGABYTE, mimes: ['video/mp4'] },
      audio: { maxBytes: 50 * MEGABYTE, mimes: ['audio/mpeg', 'audio/mp4', 'audio/x-m4a'] },
      file: { maxBytes: 50 * MEGABYTE },
    },
    mediaBy: 'upload',
    location: true,
    contact: true,
    buttons: 0,
    formatting: true,
    bundles: false,
    writeFirst: false,
    receipts: 'none',
    edits: true,
    deletions: false,
    reactions: true,
    typing: false,
    idempotentSend: false,
    scope: 'global',
  },
  verify,
  parse,
  linkTo: (connection, token) => `https://t.me/${connection.address.replace(/^@/, '')}?start=${token}`,
}
