/**
 * What every connection has, whether a channel's or a tool's. A connector is a folder with two halves:
 * the DOOR (`index.ts`: schemas, capabilities, verify, parse: no I/O, small, in every function) and the CALLS
 * (`calls.ts`: connect, check, send, post: the network and the provider's SDK, only in functions that call out).
 */
import * as z from 'zod/mini'
import type { Logger } from './hub.ts'

export const ConnectionStatus = z.enum(['connecting', 'live', 'paused', 'broken', 'deleted'])
export type ConnectionStatus = z.infer<typeof ConnectionStatus>

/** One installed account: a bot, a number, a mailbox, a Slack workspace; credentials here are already decrypted. */
export type Connection = {
  id: string
  workspace: string
  kind: string
  name: string
  status: ConnectionStatus
  /** Random, 128 bits: the last part of its webhook URL. Not the secret. */
  hook: string
  /** The webhook's URL exactly as the provider was told, without a fragment. */
  hookUrl: string
  /** The provider's own id of the account (bot id, account SID + sender, mailbox …), part of every claim. */
  account: string
  /** What a customer or an agent sees: @bot, +1 500 …, support@…, #channel. */
  address: string
  settings: Record<string, unknown>
  credentials: Record<string, unknown>
  /** Made by us at `connect` (Telegram's secret_token, the webhook tool's signing secret). Encrypted at rest as credentials are. */
  secret: string
  /** What `connect` learnt and wants to keep (own user id, team …). Not secret. */
  data: Record<string, unknown>
  /** Another server instead of the provider's own: the sandbox, or an emulator. No REST field sets it. */
  apiRoot?: string | undefined
  /** Raised by every change; caches go by it. */
  version: number
}

/** A request as it came: raw bytes, exact URL. `door` tells HTTP from mail and cannot be set from outside. */
export type HookRequest = {
  door: 'http' | 'mail'
  method: string
  /** Public base + raw path + raw query, byte for byte as the other side asked for it. */
  url: string
  query: URLSearchParams
  /** Lower-case names. */
  headers: Record<string, string>
  body: Uint8Array
  /** Seconds since 1970 by the hub's clock: signatures with a time window compare with it. */
  now: number
  /** Of the mail door: SMTP envelope and the DMARC verdict its receiver gave. */
  mail?: { id: string; from: string; to: string[]; dmarc: 'pass' | 'fail' | 'none'; spam?: boolean } | undefined
}
export type HookAnswer = { status: number; headers?: Record<string, string>; body?: string }

export type Check = { name: string; ok: boolean; words: string }

/** What calls may use of the hub. `fetch` has a time limit and, for URLs that strangers name, the SSRF guard (http/guard.ts). */
export type CallContext = {
  now: () => number
  logger: Logger
  /** To the provider's own API (or its configured stand-in). */
  fetch: typeof fetch
  /** To URLs that customers or administrators name: guarded against private addresses, size and time. */
  guardedFetch: typeof fetch
  /** The address of a server that administrators name where fetch is of no use (SMTP): what is connected to is what was checked. Throws URL_REFUSED. */
  guardedLookup?: (host: string) => Promise<string>
  /** Longest time one provider call may take, milliseconds. */
  timeout: number
}

/** What `connect` returns to be stored. It throws a VisibleError with words for the setup page. */
export type Connected = {
  account: string
  address: string
  name?: string
  data?: Record<string, unknown>
  settings?: Record<string, unknown>
  /** Shown to the administrator once (the webhook tool's signing secret). */
  showOnce?: Record<string, string>
}

/** Errors that a send or post may end with: a closed list. */
export const ErrorCode = z.enum([
  'blocked',
  'optedOut',
  'unreachable',
  'windowClosed',
  'templateNeeded',
  'tooLong',
  'badContent',
  'mediaRejected',
  'unsupported',
  'unauthorized',
  'notConfigured',
  'threadGone',
  'rateLimited',
  'quotaReached',
  'providerDown',
  'notSent',
  'timeout',
  'unknown',
])
export type ErrorCode = z.infer<typeof ErrorCode>

/**
 * What `classify` says of a thrown error. `again`: never, at once, or after seconds. `certain`: do we know that it did not go out?
 * An error after the request has left is uncertain. `effect` is what it tells about the recipient or the connection.
 */
export type Failure = {
  code: ErrorCode
  again: 'never' | 'now' | { after: number }
  certain: boolean
  words: string
  effect?: 'blocked' | 'optedOut' | 'unauthorized'
  /** The provider's own code, for the operator. */
  provider?: string
}

export type Connector = {
  kind: string
  title: string
  /** One sentence for the setup page: what the administrator needs to have at hand. */
  hint: string
  /** Its provider calls us: of no use while the hub has no address that others can reach. */
  needsPublicUrl?: boolean
  /** The setup page's form is made from these (zod/mini; register `title`, `description` in z.globalRegistry). */
  settings: z.ZodMiniObject
  credentials: z.ZodMiniObject
  /** Field names of `settings` or `credentials` that are shown as password fields, never logged, never returned. */
  secrets: readonly string[]
  /** Over the raw bytes, constant time, fails closed, no I/O, never throws for a stranger's request. */
  verify(request: HookRequest, connection: Connection): boolean | Promise<boolean>
}

export type ConnectorCalls = {
  /** Proves the credentials with the provider and sets the webhook there. Safe to call twice. */
  connect(connection: Connection, context: CallContext): Promise<Connected>
  /** What is right and wrong now, in words. */
  check(connection: Connection, context: CallContext): Promise<Check[]>
  disconnect?(connection: Connection, context: CallContext): Promise<void>
  classify(error: unknown): Failure
}
