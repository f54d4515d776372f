/** Slack's Events API: an agent's line in a customer's thread, the handshake, and what is none of our business. */
import * as z from 'zod/mini'
import type { Connection, HookRequest } from '../../connector.ts'
import type { ToolAuthor, ToolEvent } from '../../tool.ts'
import { Data, MARKER } from './data.ts'
import { toPlain } from './text.ts'

const Envelope = z.object({ type: z.string(), challenge: z.optional(z.string()), event: z.optional(z.unknown()) })
const id = z.string().check(z.minLength(1))
const Kind = z.object({ type: z.string(), subtype: z.optional(z.string()) })
const Message = z.object({
  channel: id,
  user: z.optional(id),
  bot_id: z.optional(z.nullable(z.string())),
  text: z.optional(z.string()),
  ts: id,
  thread_ts: z.optional(id),
  user_profile: z.optional(z.object({ display_name: z.optional(z.string()), real_name: z.optional(z.string()) })),
  files: z.optional(z.array(z.object({ name: z.optional(z.nullable(z.string())) }))),
  metadata: z.optional(z.object({ event_type: z.optional(z.string()) })),
  blocks: z.optional(z.unknown()),
})
type Message = z.infer<typeof Message>

/** An agent's own words. Joins, topics, edits, deletions and so on are not: an edit after sending changes nothing for the customer. */
const WRITTEN = new Set([undefined, 'file_share', 'thread_broadcast'])

export function parse(request: HookRequest, connection: Connection): ToolEvent[] {
  const envelope = Envelope.safeParse(jsonOf(request.body))
  if (!envelope.success) return [{ type: 'unknown', kind: 'unreadable' }]
  const { type, challenge, event } = envelope.data
  if (type === 'url_verification' && challenge !== undefined) return [{ type: 'challenge', value: challenge }]
  if (type !== 'event_callback') return [{ type: 'unknown', kind: type }]
  const kind = Kind.safeParse(event)
  if (!kind.success) return [{ type: 'unknown', kind: type }]
  // A mention of the bot comes a second time as the message that it stands in.
  if (kind.data.type === 'app_mention') return []
  if (kind.data.type !== 'message') return [{ type: 'unknown', kind: kind.data.type }]
  if (!WRITTEN.has(kind.data.subtype)) return []
  const message = Message.safeParse(event)
  return message.success ? written(message.data, connection) : [{ type: 'unknown', kind: 'message' }]
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
}

function written(message: Message, connection: Connection): ToolEvent[] {
  const { channel, user, ts, thread_ts: root, files = [] } = message
  if (root === undefined || root === ts || user === undefined || isMachine(message, connection)) return []
  const about = {
    // The message itself, not the event: one message told by two events counts once, and the id leads back to it.
    id: `${channel}:${ts}`,
    ...timeOf(ts),
    thread: `${channel}:${root}`,
    author: authorOf(message, user),
  }
  const text = toPlain(message.text ?? '', message.blocks).trim()
  const events: ToolEvent[] = text ? [said(text, about)] : []
  if (files.length === 0) return events
  // The hub says in the thread that these stay here; a file that went nowhere in silence would be worse than none.
  const rest = files.map(({ name }) => name ?? 'a file').join(', ')
  return [...events, { ...about, id: `${about.id}:files`, type: 'command', name: 'file', rest }]
}

type About = { id: string; at?: string; thread: string; author: ToolAuthor }

/** `!close`, `/close`: a word right after the sign, so that neither `!!!` nor `/usr/bin` is a command. */
function said(text: string, about: About): ToolEvent {
  const [, word, rest = ''] = /^[!/](\p{L}[\p{L}\d_-]*)(?:\s+([\s\S]*))?$/u.exec(text) ?? []
  if (word === undefined) return { ...about, type: 'reply', parts: [{ type: 'text', text }] }
  const name = word.toLowerCase()
  return name === 'note' && rest ? { ...about, type: 'note', text: rest } : { ...about, type: 'command', name, rest }
}

function authorOf({ user_profile: profile }: Message, id: string): ToolAuthor {
  const name = profile?.display_name || profile?.real_name
  return { id, ...(name && { name }) }
}

function timeOf(ts: string): { at?: string } {
  const at = new Date(Number(ts) * 1000)
  return Number.isNaN(at.getTime()) ? {} : { at: at.toISOString() }
}

/** Ours or another program's: dropped by author, by bot and by the marker that we leave in our posts. */
function isMachine({ user, bot_id, metadata }: Message, connection: Connection): boolean {
  const own = Data.safeParse(connection.data)
  return Boolean(bot_id) || metadata?.event_type === MARKER || user === 'USLACKBOT' || (own.success && user === own.data.user)
}
