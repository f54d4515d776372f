/** What the setup page knows of a connection, read at once. */
import { type Health, readHealth, readHealths } from '@throughline/core/connection/health.ts'
import { listConnections, readConnection } from '@throughline/core/connection/read.ts'
import type { Connection, Connector } from '@throughline/core/connector.ts'
import { VisibleError } from '@throughline/core/error.ts'
import type { Hub } from '@throughline/core/hub.ts'
import type { Page } from '../page.ts'

export type Side = 'channel' | 'tool'
export type Installed = { connection: Connection; health: Health; side: Side; connector?: Connector }

export const connectors = (hub: Hub): { side: Side; connector: Connector }[] => [
  ...Object.values(hub.channels).map((connector) => ({ side: 'channel' as const, connector })),
  ...Object.values(hub.tools).map((connector) => ({ side: 'tool' as const, connector })),
]

export function connectorOf(hub: Hub, page: Page, kind: string) {
  const found = connectors(hub).find(({ connector }) => connector.kind === kind)
  if (found) return found
  throw new VisibleError(404, 'unknown_kind', page.t.problem.missing)
}

const installed = (hub: Hub, connection: Connection, health: Health = {}): Installed => {
  const { side = 'channel', connector } = connectors(hub).find((each) => each.connector.kind === connection.kind) ?? {}
  return { connection, health, side, connector }
}

export async function readAll(hub: Hub, workspace: string): Promise<Installed[]> {
  const [connections, healths] = await Promise.all([listConnections(hub, workspace), readHealths(hub, workspace)])
  return connections.map((connection) => installed(hub, connection, healths[connection.id]))
}

export async function readOne(hub: Hub, page: Page, workspace: string, id: string): Promise<Installed> {
  const [connection, health] = await Promise.all([readConnection(hub, workspace, id, true), readHealth(hub, workspace, id)])
  if (connection && connection.status !== 'deleted') return installed(hub, connection, health)
  throw new VisibleError(404, 'unknown_connection', page.t.problem.missing)
}
