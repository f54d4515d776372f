/** What the API says of itself. */
import * as z from 'zod/mini'
import { documentOf } from './openapi.ts'
import { nothing, type Route, route } from './route.ts'

/** `all` is asked when the document is: the list holds this route as well. */
export const meta = (all: () => readonly Route[]) => [
  route({
    method: 'get',
    path: '/healthz',
    summary: 'Is the hub there?',
    ...nothing,
    open: true,
    answers: { 200: { words: 'Yes', schema: z.object({ ok: z.literal(true) }) } },
    run: async () => ({ status: 200, body: { ok: true } }),
  }),
  route({
    method: 'get',
    path: '/v1/openapi.json',
    summary: 'This document',
    ...nothing,
    open: true,
    answers: { 200: { words: 'OpenAPI 3.1', schema: z.record(z.string(), z.unknown()) } },
    run: async ({ hub }) => ({ status: 200, body: documentOf(all(), hub.publicUrl) }),
  }),
]
