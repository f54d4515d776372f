/** /v1/dead: what failed to the end or could not be understood, for an operator to see and start again. */
import { mediaUrl } from '@throughline/core/blobs/link.ts'
import { Dead, listDead, redrive } from '@throughline/core/flow/dead.ts'
import * as z from 'zod/mini'
import { nothing, route } from './route.ts'
import { fromCursor, ListQuery, name, toCursor } from './schema.ts'

/** With a link to what was kept of it. */
const DeadJson = name('DeadLetter', z.extend(Dead, { url: z.optional(z.string()) }))
const LINK_SECONDS = 24 * 3600

export const dead = [
  route({
    method: 'get',
    path: '/v1/dead',
    summary: 'List what failed to the end or was kept aside',
    ...nothing,
    query: ListQuery,
    answers: { 200: { words: 'The dead letters', schema: z.object({ dead: z.array(DeadJson), next: z.optional(z.string()) }) } },
    async run({ hub, workspace, query }) {
      const after = query.cursor === undefined ? {} : { after: fromCursor(query.cursor) }
      const page = await listDead(hub, workspace, { limit: query.limit, ...after })
      const shown = page.dead.map((one) => ({ ...one, ...(one.blob && { url: mediaUrl(hub, one.blob, LINK_SECONDS) }) }))
      return { status: 200, body: { dead: shown, ...(page.next && { next: toCursor(page.next) }) } }
    },
  }),
  route({
    method: 'post',
    path: '/v1/dead/:id/redrive',
    summary: 'Start a dead letter again',
    ...nothing,
    answers: {
      204: { words: 'Started again, and off the list' },
      409: { words: 'It was kept to be seen; there is nothing to start' },
    },
    async run({ hub, workspace, param }) {
      await redrive(hub, workspace, param('id'))
      return { status: 204 }
    },
  }),
]
