/** A customer's history, and what became of each reply. */
import { setTimeout } from 'node:timers/promises'
import { readDelivery, readEntries } from '@throughline/core/flow/timeline.ts'
import * as z from 'zod/mini'
import { shownEntry } from './parts.ts'
import { nothing, route } from './route.ts'
import { EntryJson, Limit, name } from './schema.ts'

/** Seconds that a reader may wait for the next entry; a gateway in between gives up after 29. */
const LONGEST = 20
/** Of a customer whose history lies in 200 logs, and still a URL that gateways take. */
const MOST_CURSOR = 9_000
const SOON = 250
const LATER = 1_000

const Timeline = z.object({
  limit: Limit,
  after: z.optional(z.string().check(z.maxLength(MOST_CURSOR))),
  wait: z._default(z.coerce.number().check(z.int(), z.minimum(0), z.maximum(LONGEST)), 0),
})

const DeliveryJson = name(
  'Delivery',
  z.object({
    entry: z.string(),
    state: z.enum(['pending', 'waiting', 'sending', 'accepted', 'sent', 'delivered', 'read', 'failed', 'refused', 'unknown']),
    words: z.string(),
    units: z.array(
      z.object({
        unit: z.number(),
        state: z.string(),
        at: z.string(),
        providerId: z.optional(z.string()),
        code: z.optional(z.string()),
        error: z.optional(z.string()),
      }),
    ),
    decision: z.optional(z.unknown()),
  }),
)

type Page = Awaited<ReturnType<typeof readEntries>>

/** Looks again, less often as time goes by, until there is something or the time is over. The wall's clock: people wait, not the hub. */
async function waitFor(read: () => Promise<Page>, seconds: number, signal: AbortSignal): Promise<Page> {
  const end = performance.now() + seconds * 1000
  for (let step = SOON; ; step = Math.min(step * 1.5, LATER)) {
    const page = await read()
    const left = end - performance.now()
    if (page.entries.length > 0 || left <= 0 || signal.aborted) return page
    // A reader who went away ends the pause; the loop then sees it.
    await setTimeout(Math.min(step, left), undefined, { signal }).catch(() => undefined)
  }
}

export const entries = [
  route({
    method: 'get',
    path: '/v1/customers/:id/entries',
    summary: 'Read a customer’s history',
    words:
      '`next` goes into `after` of the next call. With `wait` an empty answer is held back so many seconds for the next entry.',
    ...nothing,
    query: Timeline,
    answers: { 200: { words: 'Oldest first', schema: z.object({ entries: z.array(EntryJson), next: z.string() }) } },
    async run({ hub, workspace, param, query, request }) {
      const { after, limit, wait } = query
      const read = () => readEntries(hub, workspace, param('id'), { limit, ...(after !== undefined && { after }) })
      const page = await waitFor(read, wait, request.signal)
      return { status: 200, body: { entries: page.entries.map((entry) => shownEntry(hub, entry)), next: page.next } }
    },
  }),
  route({
    method: 'get',
    path: '/v1/entries/:id/delivery',
    summary: 'What became of a reply',
    ...nothing,
    answers: { 200: { words: 'States, units, and why it went where it went', schema: DeliveryJson } },
    run: async ({ hub, workspace, param }) => ({ status: 200, body: await readDelivery(hub, workspace, param('id')) }),
  }),
]
