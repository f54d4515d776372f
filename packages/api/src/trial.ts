/** /v1/connections/:id/test: a first message out, over the same way as all others. */
import { existing } from '@throughline/core/connection/connect.ts'
import { tryTool } from '@throughline/core/connection/trial.ts'
import type { Connection } from '@throughline/core/connector.ts'
import { VisibleError } from '@throughline/core/error.ts'
import { createCustomer } from '@throughline/core/flow/create.ts'
import { reply } from '@throughline/core/flow/reply.ts'
import type { CallingHub } from '@throughline/core/hub.ts'
import * as z from 'zod/mini'
import { shownEntry } from './parts.ts'
import { type Caller, nothing, route } from './route.ts'
import { EntryJson, text } from './schema.ts'

const Trial = z.strictObject({ to: z.optional(text(320)), text: z.optional(text(1_000)) })

/** An address that wrote to us before is a customer already: the test goes into that stream. */
async function customerAt(hub: CallingHub, caller: Caller, connection: Connection, address: string): Promise<string> {
  const identities = [{ channel: connection.kind, address, connection: connection.id }]
  try {
    return (await createCustomer(hub, caller.workspace, { identities }, caller.author)).id
  } catch (error) {
    if (error instanceof VisibleError && typeof error.extra.customer === 'string') return error.extra.customer
    throw error
  }
}

export const trials = [
  route({
    method: 'post',
    path: '/v1/connections/:id/test',
    summary: 'Send a test',
    words: 'A tool gets a test post. A channel sends `text` to the address `to`, as a reply like any other.',
    ...nothing,
    body: Trial,
    answers: {
      200: { words: 'What happened', schema: z.object({ ok: z.boolean(), words: z.string(), entry: z.optional(EntryJson) }) },
      422: { words: 'This channel cannot write to that address' },
    },
    async run({ hub, workspace, author, param, body }) {
      const connection = await existing(hub, workspace, param('id'))
      if (Object.hasOwn(hub.tools, connection.kind)) return { status: 200, body: await tryTool(hub, workspace, connection.id) }
      if (!body.to) throw new VisibleError(400, 'bad_request', 'to: the address that gets the test')
      const customer = await customerAt(hub, { workspace, author }, connection, body.to)
      const said = body.text ?? `This is a test of ${connection.name}.`
      const entry = await reply(hub, workspace, customer, { parts: [{ type: 'text', text: said }], via: connection.id, author })
      return { status: 200, body: { ok: true, words: 'The test is on its way.', entry: shownEntry(hub, entry) } }
    },
  }),
]
