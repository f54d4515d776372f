import type { Blobs } from './blobs/blobs.ts'
import type { Channel, ChannelCalls } from './channel.ts'
import type { Queue } from './queue/queue.ts'
import type { RoutingConfig } from './routing/config.ts'
import type { Secrets } from './secrets/secrets.ts'
import type { Store } from './store/store.ts'
import type { Tool, ToolCalls } from './tool.ts'

/** One JSON line. Ids only: never the text of a message, never an address, never a credential. */
export type LogFields = { workspace?: string; customer?: string; connection?: string; seq?: number; [field: string]: unknown }
export type Logger = {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  error(event: string, fields?: LogFields & { error?: unknown }): void
}

/** All that the core needs of the world. functions/runtime.ts builds it on Lambda, packages/local on a laptop, tests in memory. */
export type Hub = {
  store: Store
  queue: Queue
  blobs: Blobs
  secrets: Secrets
  channels: Readonly<Record<string, Channel>>
  tools: Readonly<Record<string, Tool>>
  /** hub.config.ts. */
  config: RoutingConfig
  /** Public base of our own URLs, without a slash at the end; what providers fetch media from. */
  publicUrl: string
  /** Servers to use instead of the providers' own, by connector kind: an emulator for all connections of this hub. */
  apiRoots?: Readonly<Record<string, string>>
  /** Milliseconds since 1970. */
  now: () => number
  /** Sortable by time, unique: ULID. A later id is greater. */
  id: () => string
  logger: Logger
}

/** A hub that also calls out. Only the functions that need it carry the providers' SDKs. */
export type CallingHub = Hub & {
  channelCalls: Readonly<Record<string, ChannelCalls>>
  toolCalls: Readonly<Record<string, ToolCalls>>
  fetch: typeof fetch
  guardedFetch: typeof fetch
  /** To links to media that a channel's provider named: it may be a stand-in on this machine. Where absent, `guardedFetch`. */
  mediaFetch?: typeof fetch
  /** See CallContext. Where absent, only public addresses are admitted. */
  guardedLookup?: (host: string) => Promise<string>
}
