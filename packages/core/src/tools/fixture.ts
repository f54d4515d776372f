/**
 * What a tool gives the suite over all tools (test/tools.test.ts): its folder's `fixtures/index.ts` exports one
 * `fixtures: ToolFixtures`. Payloads lie beside it as files, byte for byte as the tool sends them.
 */
import type { CallContext, Connection, Failure, HookAnswer, HookRequest } from '../connector.ts'
import type { Entry, MessageEntry } from '../entry.ts'
import type { Card, ToolCalls, ToolEvent, View } from '../tool.ts'

/** One request of the tool and all that `parse` makes of it. */
export type ParseCase = {
  name: string
  /** File in the fixtures folder, or the body itself. */
  file?: string
  body?: string
  events: ToolEvent[]
  /** What the hub answers once they are stored; absent: 200, empty. */
  answer?: HookAnswer
}

/** What the tool's stand-in says to one call. */
export type Answer = {
  status?: number
  json?: unknown
  headers?: Record<string, string>
  /** Takes the request and never answers. */
  hang?: boolean
  /** Takes the request and cuts the line. */
  drop?: boolean
}

/** One call as it arrived, its body parsed; `headers` may name fewer than came. */
export type Wire = { method: string; path: string; headers?: Record<string, unknown>; body?: unknown }

export type CallCase = {
  name: string
  run(calls: ToolCalls, connection: Connection, context: CallContext): Promise<unknown>
  answers: Answer[]
  /** Exactly so many calls, each holding at least this. */
  wire: Wire[]
  result?: unknown
  /** Code of the VisibleError that it ends with. */
  fails?: string
  connection?: Partial<Connection>
}

/** What `classify` says when a post gets this answer. */
export type ErrorCase = { name: string; answer: Answer; failure: Partial<Failure> }

export type ToolFixtures = {
  connection: Connection
  /** The same without its secret: everything must be refused. */
  unsecured: Connection
  /** The connection with its tool standing at this root. */
  at(connection: Connection, root: string): Connection
  /** The request as the tool signs and sends it. Absent: the tool sends nothing, and every request is refused. */
  sign?(body: Uint8Array, connection: Connection): HookRequest
  /** Ways to forge a good request; each must be refused. */
  forged: Record<string, (request: HookRequest) => HookRequest>
  cases: ParseCase[]
  /** What the tool answers to one good post. */
  posted: Answer
  calls: CallCase[]
  errors: ErrorCase[]
}

/** The clock of all fixtures, seconds. */
export const NOW = 1767600000

export const fixtureConnection = (kind: string, fields: Partial<Connection>): Connection => ({
  id: `con_${kind}`,
  workspace: 'ws',
  kind,
  name: `Test ${kind}`,
  status: 'live',
  hook: 'hook0123456789abcdef',
  hookUrl: 'https://hub.example/hooks/hook0123456789abcdef',
  account: 'T1',
  address: '',
  settings: {},
  credentials: {},
  secret: 'not-a-real-secret_0123456789',
  data: {},
  version: 1,
  ...fields,
})

export const fixtureRequest = (connection: Connection, body: Uint8Array, headers: Record<string, string> = {}): HookRequest => ({
  door: 'http',
  method: 'POST',
  url: connection.hookUrl,
  query: new URLSearchParams(),
  headers,
  body,
  now: NOW,
})

export const fixtureCard: Card = {
  customer: 'cus_1',
  name: 'Anna <b> & Co',
  channel: 'Telegram',
  identities: ['Telegram Anna', 'SMS +15005550006'],
  url: 'https://hub.example/inbox/cus_1',
}

const message = {
  log: 'log_1',
  at: '2026-01-05T08:00:00.000Z',
  kind: 'message',
  channel: 'telegram',
  parts: [{ type: 'text', text: 'Где мой заказ? <1> & 2' }],
} as const

export const incoming: MessageEntry = {
  ...message,
  id: 'ent_in',
  seq: 1,
  direction: 'in',
  connection: 'con_tg',
  identity: 'telegram:*:77',
  provider: { id: '12' },
  parts: [...message.parts],
}

export const outgoing: MessageEntry = {
  ...message,
  id: 'ent_out',
  seq: 2,
  direction: 'out',
  author: { kind: 'agent', id: 'agent_1', name: 'Olga' },
  parts: [{ type: 'text', text: 'Завтра' }],
}

export const note: Entry = { id: 'ent_note', log: 'log_1', seq: 3, at: message.at, kind: 'note', data: { text: 'VIP' } }

export const viewOf = (entry: Entry, fields: Partial<View> = {}): View => ({
  entry,
  words: 'Где мой заказ? <1> & 2',
  author: 'Anna',
  repeated: false,
  ...fields,
})
