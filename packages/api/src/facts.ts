/** What programs add to a customer's stream: notes and activities. Each is an entry, once per Idempotency-Key. */
import { VisibleError } from '@throughline/core/error.ts'
import { change } from '@throughline/core/flow/change.ts'
import * as z from 'zod/mini'
import { shownEntry } from './parts.ts'
import { nothing, route } from './route.ts'
import { EntryJson, text } from './schema.ts'

export const idempotent = { 'Idempotency-Key': 'The same key within 30 days is the same entry, however often it is sent.' }
export const MISMATCH = { words: 'The Idempotency-Key was used for something else' }
export const accepted = { words: 'Kept; it goes out from here', schema: z.object({ entry: EntryJson }) }

export function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined
  if (/^[\x21-\x7e]{1,255}$/.test(header)) return header
  throw new VisibleError(400, 'bad_idempotency_key', 'An Idempotency-Key has 1 to 255 printable characters.')
}

const MOST_DATA = 8 * 1024
/** The table takes 32 levels of an item; ours lie a few levels down already. */
const DEEPEST = 16

/** Level by level, for going down by calling itself would end the stack before the measure is taken. */
function depth(value: unknown): number {
  const inside = (one: unknown): unknown[] => (typeof one === 'object' && one !== null ? [one] : [])
  let levels = 0
  for (let level = inside(value); level.length > 0 && levels <= DEEPEST; levels++)
    level = level.flatMap((one) => Object.values(Object(one)).flatMap(inside))
  return levels
}

const Data = z.record(z.string(), z.unknown()).check(
  z.refine((data) => depth(data) <= DEEPEST, { error: `at most ${DEEPEST} levels deep`, abort: true }),
  z.refine((data) => JSON.stringify(data).length <= MOST_DATA, 'at most 8 KB of JSON'),
)

const Note = z.strictObject({ text: text(8_000) })
const Activity = z.strictObject({
  type: text(100),
  title: text(500),
  url: z.optional(z.url({ protocol: /^https?$/ }).check(z.maxLength(2_000))),
  data: z.optional(Data),
})

export const facts = [
  route({
    method: 'post',
    path: '/v1/customers/:id/notes',
    summary: 'Leave a note for the agents',
    words: 'The customer never sees it.',
    ...nothing,
    body: Note,
    headers: idempotent,
    answers: { 202: accepted, 409: MISMATCH },
    async run({ hub, workspace, author, param, body, header }) {
      const key = idempotencyKey(header('idempotency-key'))
      const entry = await change(hub, workspace, param('id'), { kind: 'note', author, data: body }, key)
      return { status: 202, body: { entry: shownEntry(hub, entry) } }
    },
  }),
  route({
    method: 'post',
    path: '/v1/customers/:id/activities',
    summary: 'Tell of a purchase, a call, a visit',
    ...nothing,
    body: Activity,
    headers: idempotent,
    answers: { 202: accepted, 409: MISMATCH },
    async run({ hub, workspace, author, param, body, header }) {
      const key = idempotencyKey(header('idempotency-key'))
      const entry = await change(hub, workspace, param('id'), { kind: 'activity', author, data: body }, key)
      return { status: 202, body: { entry: shownEntry(hub, entry) } }
    },
  }),
]
