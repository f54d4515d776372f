/** /v1/customers: who they are, where they can be reached, and what is known of them. */
import { VisibleError } from '@throughline/core/error.ts'
import { change, mergeCustomers, unmergeCustomer } from '@throughline/core/flow/change.ts'
import { createCustomer } from '@throughline/core/flow/create.ts'
import { eraseCustomer } from '@throughline/core/flow/erase.ts'
import { listCustomers } from '@throughline/core/flow/list.ts'
import { readCard } from '@throughline/core/flow/view.ts'
import * as z from 'zod/mini'
import { CustomerJson } from './card.ts'
import { exportOf } from './export.ts'
import { nothing, route } from './route.ts'
import { atMost, Id, ListQuery, text } from './schema.ts'

const Status = z.enum(['open', 'closed'])
const Tag = text(60)
const Tags = z.array(Tag).check(z.maxLength(50))
const FieldName = z.string().check(z.minLength(1), z.maxLength(60))
const ExternalIds = atMost(20, z.record(FieldName, text(200)))
const Fields = atMost(50, z.record(FieldName, z.nullable(text(500))))

const NewCustomer = z.strictObject({
  name: z.optional(text(200)),
  identities: z
    .array(z.strictObject({ channel: z.string(), address: text(320), connection: z.optional(z.string()) }))
    .check(z.maxLength(20)),
  externalIds: z.optional(ExternalIds),
})

/** Tags as a list replace all; `add` and `remove` change some. A field that is null is removed, so is an assignee. */
const CustomerChange = z.strictObject({
  name: z.optional(text(200)),
  tags: z.optional(z.union([Tags, z.strictObject({ add: z.optional(Tags), remove: z.optional(Tags) })])),
  fields: z.optional(Fields),
  status: z.optional(Status),
  assignee: z.optional(z.nullable(text(200))),
})

const Filter = z.object({
  ...ListQuery.shape,
  status: z.optional(Status),
  assignee: z.optional(z.string()),
  tag: z.optional(z.string()),
  channel: z.optional(z.string()),
  q: z.optional(z.string().check(z.maxLength(200))),
})

const one = { words: 'The customer', schema: CustomerJson }

export const customers = [
  route({
    method: 'post',
    path: '/v1/customers',
    summary: 'Make a customer whom we write first, or import one',
    ...nothing,
    body: NewCustomer,
    answers: {
      201: one,
      409: { words: 'An address belongs to a customer already' },
      422: { words: 'Not an address that can be written first' },
    },
    async run({ hub, workspace, author, body }) {
      const { id } = await createCustomer(hub, workspace, body, author)
      return { status: 201, body: await readCard(hub, workspace, id) }
    },
  }),
  route({
    method: 'get',
    path: '/v1/customers',
    summary: 'List customers',
    ...nothing,
    query: Filter,
    answers: {
      200: {
        words: 'Newest activity first',
        schema: z.object({ customers: z.array(CustomerJson), next: z.optional(z.string()) }),
      },
    },
    run: async ({ hub, workspace, query }) => ({ status: 200, body: await listCustomers(hub, workspace, query) }),
  }),
  route({
    method: 'get',
    path: '/v1/customers/:id',
    summary: 'Read a customer',
    words: 'Identities, tags, fields, status, and where a reply would go now, and why.',
    ...nothing,
    answers: { 200: one, 410: { words: 'Erased' } },
    run: async ({ hub, workspace, param }) => ({ status: 200, body: await readCard(hub, workspace, param('id')) }),
  }),
  route({
    method: 'patch',
    path: '/v1/customers/:id',
    summary: 'Change name, tags, fields, status or assignee',
    ...nothing,
    body: CustomerChange,
    answers: { 200: one },
    async run({ hub, workspace, author, param, body }) {
      const { tags, ...rest } = body
      if (Object.keys(body).length === 0) throw new VisibleError(400, 'nothing_to_change', 'Name at least one field to change.')
      const id = param('id')
      const wanted = Array.isArray(tags) ? replacing((await readCard(hub, workspace, id)).tags, tags) : tags
      await change(hub, workspace, id, { kind: 'set', author, data: { ...rest, ...(wanted && { tags: wanted }) } })
      return { status: 200, body: await readCard(hub, workspace, id) }
    },
  }),
  route({
    method: 'post',
    path: '/v1/customers/:id/merge',
    summary: 'Make two customers one',
    ...nothing,
    body: z.strictObject({ with: z.string() }),
    answers: { 200: { words: 'The customer that stays', schema: Id } },
    run: async ({ hub, workspace, author, param, body }) => ({
      status: 200,
      body: await mergeCustomers(hub, workspace, param('id'), body.with, author),
    }),
  }),
  route({
    method: 'post',
    path: '/v1/customers/:id/unmerge',
    summary: 'Make some identities a customer of their own',
    words: 'Both parts keep the common history. The id leads to the rest from now on.',
    ...nothing,
    body: z.strictObject({ identities: z.array(text(2_000)).check(z.minLength(1), z.maxLength(100)) }),
    answers: {
      200: { words: 'The two customers', schema: z.object({ own: z.string(), rest: z.string() }) },
      422: { words: 'Not an identity of theirs, or nobody would remain' },
    },
    run: async ({ hub, workspace, author, param, body }) => ({
      status: 200,
      body: await unmergeCustomer(hub, workspace, param('id'), body.identities, author),
    }),
  }),
  route({
    method: 'delete',
    path: '/v1/customers/:id',
    summary: 'Erase a customer',
    words:
      'Messages, files, notes, what is known of them: for good. Their next message makes a new customer. Asking again finishes what broke off.',
    ...nothing,
    answers: { 204: { words: 'Erased' } },
    async run({ hub, workspace, author, param }) {
      await eraseCustomer(hub, workspace, param('id'), author)
      return { status: 204 }
    },
  }),
  route({
    method: 'get',
    path: '/v1/customers/:id/export',
    summary: 'All that is kept of a customer',
    ...nothing,
    answers: {
      200: {
        words: 'Card, entries and deliveries',
        schema: z.object({
          customer: CustomerJson,
          entries: z.array(z.unknown()),
          deliveries: z.record(z.string(), z.unknown()),
        }),
      },
    },
    run: ({ hub, workspace, param }) => exportOf(hub, workspace, param('id')),
  }),
]

const replacing = (now: readonly string[], wanted: readonly string[]) => ({
  add: wanted.filter((tag) => !now.includes(tag)),
  remove: now.filter((tag) => !wanted.includes(tag)),
})
