/** What a connection needs of its connector: the door's half, the network half, and what calls may use of the hub. */
import type { CallContext, Connection, Connector, ConnectorCalls } from '../connector.ts'
import { VisibleError } from '../error.ts'
import { guardedLookup } from '../http/address.ts'
import type { CallingHub, Hub } from '../hub.ts'

/** One call to a provider may take so long; a function that waits on it lives longer. */
export const CALL_TIMEOUT = 10_000

export const callContext = (hub: CallingHub, timeout = CALL_TIMEOUT): CallContext => ({
  now: hub.now,
  logger: hub.logger,
  fetch: hub.fetch,
  guardedFetch: hub.guardedFetch,
  guardedLookup: hub.guardedLookup ?? guardedLookup(),
  timeout,
})

/** `hasOwn`, for a kind comes from outside and may be called "constructor". */
const own = <T>(list: Readonly<Record<string, T>>, kind: string): T | undefined =>
  Object.hasOwn(list, kind) ? list[kind] : undefined

export function connectorOf(hub: Hub, kind: string): Connector {
  const connector = own(hub.channels, kind) ?? own(hub.tools, kind)
  if (connector) return connector
  const kinds = [...Object.keys(hub.channels), ...Object.keys(hub.tools)]
  throw new VisibleError(422, 'unknown_kind', `There is no connector "${kind}". There are: ${kinds.join(', ')}.`)
}

export function callsOf(hub: CallingHub, kind: string): ConnectorCalls {
  const calls = own(hub.channelCalls, kind) ?? own(hub.toolCalls, kind)
  if (calls) return calls
  throw new Error(`connector ${kind} has no calls half`)
}

/** A connector throws a VisibleError with its own words; whatever else came out of its SDK is named by its `classify`. */
export function visible(hub: CallingHub, connection: Connection, error: unknown): VisibleError {
  if (error instanceof VisibleError) return error
  const failure = callsOf(hub, connection.kind).classify(error)
  hub.logger.warn('connection.call_failed', {
    workspace: connection.workspace,
    connection: connection.id,
    code: failure.code,
    provider: failure.provider,
  })
  return new VisibleError(failure.again === 'never' ? 422 : 502, 'connect_failed', failure.words, { reason: failure.code })
}
