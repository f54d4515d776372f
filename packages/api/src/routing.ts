/** /v1/routing: the rules in force for this workspace. */
import { activeConfig, dropConfig, storeConfig } from '@throughline/core/routing/active.ts'
import { RoutingConfig } from '@throughline/core/routing/config.ts'
import { decide, Routing } from '@throughline/core/routing/decide.ts'
import * as z from 'zod/mini'
import { nothing, route } from './route.ts'
import { name } from './schema.ts'

name('RoutingConfig', RoutingConfig)
const Active = z.object({ config: RoutingConfig, version: z.string(), source: z.enum(['file', 'stored']) })
const inForce = { words: 'The rules in force', schema: Active }

/** A message that nobody wrote, to see what would be done with it. */
const Asked = z.strictObject({
  channel: z.string(),
  text: z.optional(z.string().check(z.maxLength(100_000))),
  first: z.optional(z.boolean()),
  tags: z.optional(z.array(z.string())),
  at: z.optional(z.iso.datetime({ offset: true })),
  /** Rules to try instead of those in force. */
  config: z.optional(RoutingConfig),
})

export const routing = [
  route({
    method: 'get',
    path: '/v1/routing',
    summary: 'Read the rules in force',
    words: '`file`: hub.config.ts; `stored`: what was put here.',
    ...nothing,
    answers: { 200: inForce },
    run: async ({ hub, workspace }) => ({ status: 200, body: await activeConfig(hub, workspace) }),
  }),
  route({
    method: 'put',
    path: '/v1/routing',
    summary: 'Replace the rules of this workspace',
    ...nothing,
    body: RoutingConfig,
    answers: { 200: inForce, 400: { words: 'A rule does not fit; `issues` names path and reason' } },
    async run({ hub, workspace, body }) {
      await storeConfig(hub, workspace, body)
      return { status: 200, body: await activeConfig(hub, workspace) }
    },
  }),
  route({
    method: 'delete',
    path: '/v1/routing',
    summary: 'Go back to the rules of hub.config.ts',
    ...nothing,
    answers: { 200: inForce },
    async run({ hub, workspace }) {
      await dropConfig(hub, workspace)
      return { status: 200, body: await activeConfig(hub, workspace) }
    },
  }),
  route({
    method: 'post',
    path: '/v1/routing/simulate',
    summary: 'What would the rules do with this message?',
    words: 'Nothing is stored and nothing is sent.',
    ...nothing,
    body: Asked,
    answers: { 200: { words: 'What would be done', schema: name('Routing', Routing) } },
    async run({ hub, workspace, body }) {
      const active = await activeConfig(hub, workspace)
      const at = body.at ?? new Date(hub.now()).toISOString()
      const asked = { channel: body.channel, text: body.text ?? '', first: body.first ?? false, tags: body.tags ?? [], at }
      const version = body.config ? 'simulated' : active.version
      return { status: 200, body: decide(body.config ?? active.config, version, asked) }
    },
  }),
]
