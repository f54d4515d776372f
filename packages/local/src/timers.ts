/** What runs on and on: due records each second, and pollers for channels whose provider cannot call a laptop. */
import { setTimeout as sleep } from 'node:timers/promises'
import { listWorkspaces } from '@throughline/core/agent/workspace.ts'
import { callContext } from '@throughline/core/connection/call.ts'
import { listConnections } from '@throughline/core/connection/read.ts'
import type { Connection } from '@throughline/core/connector.ts'
import { receive } from '@throughline/core/flow/receive.ts'
import type { CallingHub, Logger } from '@throughline/core/hub.ts'

export type Running = { stop(): Promise<void> }

/** Never two at once: a slow round delays the next one. */
export function every(milliseconds: number, name: string, logger: Logger, round: () => Promise<void>): Running {
  const stopping = new AbortController()
  const loop = async () => {
    while (!stopping.signal.aborted) {
      await round().catch((error: unknown) => logger.error(`${name}.failed`, { error }))
      await sleep(milliseconds, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  const done = loop()
  return {
    stop() {
      stopping.abort()
      return done
    },
  }
}

/** Those that nobody calls: the channel can poll, the server is the provider's own, and our address is not public. */
const pollable = (hub: CallingHub, { kind, status, apiRoot, hookUrl }: Connection) =>
  hub.channelCalls[kind]?.poll !== undefined && status === 'live' && !apiRoot && !hookUrl.startsWith('https://')

/** A changed connection has another version, and so another poller. */
const nameOf = ({ id, version }: Connection) => `${id}/${version}`

export function pollers(hub: CallingHub, milliseconds = 1_000): Running {
  const open = new Map<string, { stopping: AbortController; done: Promise<void> }>()

  function start(connection: Connection): void {
    const poll = hub.channelCalls[connection.kind]?.poll
    if (!poll) return
    const name = nameOf(connection)
    const stopping = new AbortController()
    const done = poll(
      connection,
      callContext(hub),
      async (request) => {
        await receive(hub, connection.hook, request)
      },
      stopping.signal,
    )
      .catch((error: unknown) => hub.logger.error('poll.ended', { connection: connection.id, error }))
      .finally(() => open.delete(name))
    open.set(name, { stopping, done })
  }

  async function look(): Promise<void> {
    const workspaces = await listWorkspaces(hub)
    const lists = await Promise.all(workspaces.map(({ id }) => listConnections(hub, id)))
    const wanted = new Map(
      lists
        .flat()
        .filter((one) => pollable(hub, one))
        .map((one) => [nameOf(one), one]),
    )
    for (const [name, { stopping }] of open) if (!wanted.has(name)) stopping.abort()
    for (const [name, connection] of wanted) if (!open.has(name)) start(connection)
  }

  const watch = every(milliseconds, 'poll.look', hub.logger, look)
  return {
    async stop() {
      await watch.stop()
      for (const { stopping } of open.values()) stopping.abort()
      await Promise.all([...open.values()].map(({ done }) => done))
    },
  }
}
