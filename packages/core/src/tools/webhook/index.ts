/** A program of the business: every entry of every customer POSTed by the Standard Webhooks scheme. It answers over REST. */
import * as z from 'zod/mini'
import type { Tool } from '../../tool.ts'

const isWeb = (url: string) => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) && new URL(url).username === ''

export const Settings = z.object({
  url: z
    .string()
    .check(z.trim(), z.maxLength(2000), z.refine(isWeb, 'a web address as https://example.com/hook, without a user name'))
    .register(z.globalRegistry, {
      title: 'Address',
      description: 'Where every new entry is POSTed as JSON: https://example.com/hook',
      format: 'uri',
    }),
})

export const webhook: Tool = {
  kind: 'webhook',
  title: 'Webhook',
  hint: 'Give the address of your program. It is told every new entry, signed (Standard Webhooks); the signing secret is shown once.',
  settings: Settings,
  credentials: z.object({}),
  secrets: [],
  capabilities: {
    threads: false,
    everything: true,
    edits: false,
    reactions: false,
    deliveryStatus: 'none',
    filesIn: false,
    filesOut: false,
    notes: true,
    maxText: 1_000_000,
    rate: { perSecond: 20, scope: 'connection' },
    retryHours: 24,
  },
  // It only listens: programs answer through the REST API with a key of their own.
  verify: () => false,
  parse: () => [],
}
