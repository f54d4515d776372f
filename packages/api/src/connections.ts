/** /v1/connections: credentials go in and never come out. */
import { check, pause, remove, resume, toJson } from '@throughline/core/connection/change.ts'
import { type Connecting, connect, existing, patch } from '@throughline/core/connection/connect.ts'
import { readHealth, readHealths } from '@throughline/core/connection/health.ts'
import { listConnections } from '@throughline/core/connection/read.ts'
import { type Connection, ConnectionStatus } from '@throughline/core/connector.ts'
import { wake, wakeAfter, wakeBeside } from '@throughline/core/flow/wake.ts'
import type { Hub } from '@throughline/core/hub.ts'
import * as z from 'zod/mini'
import { nothing, route } from './route.ts'
import { fromCursor, ListQuery, name, text, toCursor } from './schema.ts'

const Check = z.object({ name: z.string(), ok: z.boolean(), words: z.string() })
const ConnectionJson = name(
  'Connection',
  z.object({
    id: z.string(),
    kind: z.string(),
    name: z.string(),
    address: z.string(),
    status: ConnectionStatus,
    webhookUrl: z.string(),
    checks: z.optional(z.array(Check)),
    lastEventAt: z.optional(z.string()),
    lastError: z.optional(z.object({ at: z.string(), words: z.string() })),
    /** Secrets that we made, in this one answer and never again. */
    showOnce: z.optional(z.record(z.string(), z.string())),
  }),
)

const Given = z.record(z.string(), z.unknown())
const NewConnection = z.strictObject({
  kind: z.string(),
  name: z.optional(text(100)),
  credentials: z.optional(Given),
  settings: z.optional(Given),
})
const ConnectionChange = z.strictObject({
  name: z.optional(text(100)),
  credentials: z.optional(Given),
  settings: z.optional(Given),
  status: z.optional(z.enum(['live', 'paused'])),
})

const shown = async (hub: Hub, connection: Connection) =>
  toJson(connection, { health: await readHealth(hub, connection.workspace, connection.id) })
const withOnce = ({ connection, showOnce }: Connecting) => ({
  ...toJson(connection),
  ...(Object.keys(showOnce).length > 0 && { showOnce }),
})
const one = { words: 'The connection', schema: ConnectionJson }

export const connections = [
  route({
    method: 'post',
    path: '/v1/connections',
    summary: 'Connect an account of a channel or a tool',
    words: 'The credentials are proved with the provider, and our webhook is set there, before this answers.',
    ...nothing,
    body: NewConnection,
    answers: {
      201: one,
      422: { words: 'Unknown kind, or the provider says no' },
      502: { words: 'The provider does not answer' },
    },
    async run({ hub, workspace, body }) {
      const made = await connect(hub, workspace, body)
      await wakeBeside(hub, made.connection)
      return { status: 201, body: withOnce(made) }
    },
  }),
  route({
    method: 'get',
    path: '/v1/connections',
    summary: 'List the connections',
    ...nothing,
    query: ListQuery,
    answers: {
      200: { words: 'Oldest first', schema: z.object({ connections: z.array(ConnectionJson), next: z.optional(z.string()) }) },
    },
    async run({ hub, workspace, query }) {
      const after = fromCursor(query.cursor ?? '')
      const [all, healths] = await Promise.all([listConnections(hub, workspace), readHealths(hub, workspace)])
      const rest = all.filter(({ id }) => id > after)
      const page = rest.slice(0, query.limit)
      const last = rest.length > page.length ? page.at(-1) : undefined
      const json = page.map((connection) => {
        const health = healths[connection.id]
        return toJson(connection, health && { health })
      })
      return { status: 200, body: { connections: json, ...(last && { next: toCursor(last.id) }) } }
    },
  }),
  route({
    method: 'get',
    path: '/v1/connections/:id',
    summary: 'Read a connection',
    ...nothing,
    answers: { 200: one },
    run: async ({ hub, workspace, param }) => ({
      status: 200,
      body: await shown(hub, await existing(hub, workspace, param('id'))),
    }),
  }),
  route({
    method: 'patch',
    path: '/v1/connections/:id',
    summary: 'Rename, pause, or give new settings or credentials',
    words: 'New settings or credentials are proved first; where the provider refuses them the old ones stay.',
    ...nothing,
    body: ConnectionChange,
    answers: { 200: one, 422: { words: 'The provider says no; nothing changed' } },
    async run({ hub, workspace, param, body }) {
      const { status, ...change } = body
      const before = await existing(hub, workspace, param('id'))
      const changes = Object.keys(change).length > 0
      const changed = changes ? await patch(hub, workspace, param('id'), change) : { connection: before, showOnce: {} }
      const connection = status ? await (status === 'paused' ? pause : resume)(hub, workspace, param('id')) : changed.connection
      await wakeAfter(hub, before, connection)
      return { status: 200, body: withOnce({ ...changed, connection }) }
    },
  }),
  route({
    method: 'delete',
    path: '/v1/connections/:id',
    summary: 'Disconnect',
    words: 'The webhook is taken away at the provider, the credentials are deleted; the history stays.',
    ...nothing,
    answers: { 204: { words: 'Disconnected' } },
    async run({ hub, workspace, param }) {
      const { status } = await remove(hub, workspace, param('id'))
      // What waited for it looks for another way.
      if (status !== 'live') await wake(hub, workspace)
      return { status: 204 }
    },
  }),
  route({
    method: 'post',
    path: '/v1/connections/:id/check',
    summary: 'Ask the provider what is right and wrong now',
    ...nothing,
    answers: { 200: one },
    async run({ hub, workspace, param }) {
      const checks = await check(hub, workspace, param('id'))
      const connection = await existing(hub, workspace, param('id'))
      return { status: 200, body: { ...(await shown(hub, connection)), checks } }
    },
  }),
]
