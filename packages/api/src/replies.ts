/** /v1/customers/:id/replies: what a program says to a customer, on the channel they use now. */
import { preview, reply } from '@throughline/core/flow/reply.ts'
import * as z from 'zod/mini'
import { accepted, idempotencyKey, idempotent, MISMATCH } from './facts.ts'
import { MAX_TEXT, SendPart, shownEntry, toPart } from './parts.ts'
import { nothing, route } from './route.ts'
import { text } from './schema.ts'

const MOST_PARTS = 10

/** `via`: a channel, a connection or an identity, where the present one is not wanted. */
const Reply = z
  .strictObject({
    text: z.optional(text(MAX_TEXT)),
    parts: z.optional(z.array(SendPart).check(z.minLength(1), z.maxLength(MOST_PARTS))),
    via: z.optional(z.string()),
  })
  .check(z.refine(({ text, parts }) => (text === undefined) !== (parts === undefined), 'either text or parts'))

/** `held`: it is taken, and waits until its connection is back. */
const Preview = z.object({
  ok: z.boolean(),
  held: z.optional(z.boolean()),
  words: z.string(),
  channel: z.optional(z.string()),
  identity: z.optional(z.string()),
  connection: z.optional(z.string()),
  measure: z.optional(z.object({ units: z.number(), words: z.string() })),
  decision: z.unknown(),
})

export const replies = [
  route({
    method: 'post',
    path: '/v1/customers/:id/replies',
    summary: 'Reply to a customer',
    words:
      'It goes to where the customer last wrote from, unless `via` says otherwise. With `dryRun=1` nothing is kept: the answer tells where it would go, and why.',
    ...nothing,
    query: z.object({ dryRun: z.optional(z.enum(['0', '1'])) }),
    body: Reply,
    headers: idempotent,
    answers: {
      200: { words: 'Of a dry run: where it would go, and why', schema: Preview },
      202: accepted,
      409: MISMATCH,
      422: { words: 'No identity of this customer can be reached; nothing was kept' },
    },
    async run({ hub, workspace, author, param, query, body, header }) {
      const { via } = body
      const sent: SendPart[] = body.parts ?? [{ type: 'text', text: body.text ?? '' }]
      const key = idempotencyKey(header('idempotency-key'))
      const parts = await Promise.all(sent.map((part) => toPart(hub, workspace, part)))
      if (query.dryRun === '1') return { status: 200, body: await preview(hub, workspace, param('id'), { parts, via }) }
      const entry = await reply(hub, workspace, param('id'), { parts, via, author, key })
      return { status: 202, body: { entry: shownEntry(hub, entry) } }
    },
  }),
]
