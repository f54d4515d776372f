/** Viber bots. The door: what an administrator gives, what the channel can, the signature, the callbacks. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import * as z from 'zod/mini'
import type { Channel, ChannelEvent, Connection, HookAnswer, HookRequest } from '../../channel.ts'
import { MOST_BUTTONS } from './keyboard.ts'
import { senderName } from './name.ts'
import { parse } from './parse.ts'

export const Credentials = z.object({
  token: z
    .string()
    .check(z.trim(), z.minLength(1))
    .register(z.globalRegistry, { title: 'Bot token', description: 'From the Viber admin panel, Edit info' }),
})

export const Settings = z.object({
  senderName: z.optional(
    z.string().register(z.globalRegistry, { title: 'Name shown to customers', description: 'At most 28 characters' }),
  ),
  welcome: z.optional(
    z
      .string()
      .check(z.maxLength(7000))
      .register(z.globalRegistry, { title: 'Welcome message', description: 'Shown when a customer opens the chat' }),
  ),
})

/** HMAC-SHA256 over the raw bytes under the token, in the header or, where there is none, in `sig`. */
function verify(request: HookRequest, connection: Connection): boolean {
  const { token } = connection.credentials
  const given = request.headers['x-viber-content-signature'] ?? request.query.get('sig')
  if (request.door !== 'http' || typeof token !== 'string' || token === '' || !given) return false
  const expected = Buffer.from(createHmac('sha256', token).update(request.body).digest('hex'))
  const signature = Buffer.from(given)
  return signature.length === expected.length && timingSafeEqual(signature, expected)
}

/** Before a customer writes, the one word we may say is the answer to their opening the chat. */
function answer(events: readonly ChannelEvent[], connection: Connection): HookAnswer {
  const { welcome, senderName: name } = connection.settings
  if (typeof welcome !== 'string' || welcome.trim() === '' || !events.some((event) => event.type === 'start'))
    return { status: 200 }
  const body = { sender: { name: senderName(name, connection.name) }, type: 'text', text: welcome.toWellFormed() }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** The bot's own URI, which `connect` learnt; without one there is no link. */
function linkTo(connection: Connection, token: string): string {
  const { uri } = connection.data
  return `viber://pa?${new URLSearchParams({ chatURI: typeof uri === 'string' ? uri : '', context: token })}`
}

const MEGABYTE = 1024 * 1024

export const viber: Channel = {
  kind: 'viber',
  title: 'Viber',
  hint: 'Open the bot in the Viber admin panel and copy its token. Viber calls public https addresses only.',
  settings: Settings,
  credentials: Credentials,
  needsPublicUrl: true,
  secrets: ['token'],
  capabilities: {
    maxText: 7000,
    maxCaption: 768,
    media: {
      image: { maxBytes: MEGABYTE, mimes: ['image/jpeg', 'image/png'] },
      /** A film of another kind, or over three minutes, goes as file (files.ts). */
      video: { maxBytes: 26 * MEGABYTE, caption: false },
      audio: { maxBytes: 50 * MEGABYTE, caption: false },
      file: { maxBytes: 50 * MEGABYTE, caption: false },
    },
    mediaBy: 'link',
    location: true,
    contact: true,
    buttons: MOST_BUTTONS,
    formatting: false,
    bundles: false,
    writeFirst: false,
    receipts: 'read',
    edits: false,
    deletions: false,
    reactions: false,
    typing: false,
    idempotentSend: false,
    scope: 'connection',
  },
  verify,
  parse,
  answer,
  linkTo,
}
