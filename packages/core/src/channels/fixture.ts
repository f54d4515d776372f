/**
 * What a channel gives the suite over all channels (test/channels.test.ts): its folder's `fixtures/index.ts` exports one
 * `fixtures: ChannelFixtures`. Payloads lie beside it as files, byte for byte as the provider sends them.
 */
import type { ChannelCalls, ChannelEvent, Connection, HookAnswer, HookRequest, SendContext } from '../channel.ts'
import type { Failure } from '../connector.ts'

/** One request of the provider and all that `parse` makes of it. */
export type ParseCase = {
  name: string
  /** File in the fixtures folder, or the body itself. */
  file?: string
  body?: string | Uint8Array
  /** Raw query string that the provider calls with, without `?`. */
  query?: string
  /** Replaces fields of `fixtures.connection`. */
  connection?: Partial<Connection>
  events: ChannelEvent[]
  /** What the hub answers once they are stored; absent: 200, empty. */
  answer?: HookAnswer
}

/** What the provider's stand-in says to one call. */
export type Answer = {
  status?: number
  json?: unknown
  /** In place of `json`. */
  text?: string
  bytes?: Uint8Array
  headers?: Record<string, string>
  /** Takes the request and never answers: only a time limit ends it. */
  hang?: boolean
  /** Takes the request and cuts the line. */
  drop?: boolean
}

/** One call as it arrived. `body`: JSON parsed, a form or multipart as its fields (files as `{ name, text }`), else the text. */
export type Wire = { method: string; path: string; headers?: Record<string, string>; body?: unknown }

/** One verb of the calls half against the stand-in: what it answers, what must have come over the wire, what comes out. */
export type CallCase = {
  name: string
  run(calls: ChannelCalls, connection: Connection, context: SendContext): Promise<unknown>
  /** In the order of the calls. */
  answers: Answer[]
  /** Exactly these, in this order; `headers` may name fewer than came. */
  wire: Wire[]
  /** Compared by toMatchObject; with `fails`: what the thrown VisibleError's code is. */
  result?: unknown
  fails?: string
  connection?: Partial<Connection>
}

/** What `classify` says when `fixtures.send` gets this answer, or of this error alone. */
export type ErrorCase = { name: string; answer?: Answer; error?: unknown; failure: Partial<Failure> }

/** The provider on 127.0.0.1. The suite's own speaks HTTP and is told by `apiRoot`; a channel without HTTP brings another. */
export type StandIn = {
  connection(connection: Connection): Connection
  answer(...answers: Answer[]): void
  requests: Wire[]
  close(): Promise<void>
}

export type ChannelFixtures = {
  connection: Connection
  /** The same without its secret: everything must be refused. */
  unsecured: Connection
  /** The request as the provider sends and signs it, by its own library where there is one. */
  sign(body: Uint8Array, connection: Connection, query?: string): HookRequest | Promise<HookRequest>
  /** Ways to forge a good request; each must be refused. */
  forged: Record<string, (request: HookRequest) => HookRequest>
  cases: ParseCase[]
  /** Sends a plain text, for the errors table. */
  send(calls: ChannelCalls, connection: Connection, context: SendContext): Promise<unknown>
  calls: CallCase[]
  errors: ErrorCase[]
  standIn?(): Promise<StandIn>
  /** Payloads of the folder that HUB_FIXTURES names: `folder`, and what of `expected` (its index.json) the events contradict. */
  foreign: {
    folder: string
    accepts?(file: string): boolean
    contradictions?(events: ChannelEvent[], expected: Record<string, unknown>, file: string): string[]
  }
}

export const fixtureConnection = (kind: string, fields: Partial<Connection>): Connection => ({
  id: `con_${kind}`,
  workspace: 'ws',
  kind,
  name: `Test ${kind}`,
  status: 'live',
  hook: 'hook0123456789abcdef',
  hookUrl: 'https://hub.example/hooks/hook0123456789abcdef',
  account: '1',
  address: '',
  settings: {},
  credentials: {},
  secret: 'not-a-real-secret_0123456789',
  data: {},
  version: 1,
  ...fields,
})

export const fixtureRequest = (
  connection: Connection,
  body: Uint8Array,
  fields: Partial<HookRequest> & { search?: string },
): HookRequest => {
  const { search, ...rest } = fields
  return {
    door: 'http',
    method: 'POST',
    url: search ? `${connection.hookUrl}?${search}` : connection.hookUrl,
    query: new URLSearchParams(search),
    headers: {},
    body,
    now: 1767600000,
    ...rest,
  }
}
