/** A whole hub in this process, on ports and a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseConfig, type RoutingInput } from '@throughline/core/routing/config.ts'
import * as z from 'zod/mini'
import { run } from '../src/run.ts'
import { readSettings } from '../src/settings.ts'
import { memoryLogger } from './log.ts'

export const API_KEY = 'a-key-for-tests-only'

const Customers = z.object({
  customers: z.array(
    z.object({
      id: z.string(),
      current: z.optional(z.object({ channel: z.string() })),
      identities: z.array(z.object({ channel: z.string() })),
    }),
  ),
})
const Stored = z.looseObject({ blob: z.optional(z.string()), size: z.optional(z.number()) })
const Entries = z.object({
  entries: z.array(
    z.looseObject({
      id: z.string(),
      kind: z.string(),
      parts: z.optional(z.array(z.looseObject({ media: z.optional(Stored) }))),
      data: z.optional(Stored),
    }),
  ),
  next: z.string(),
})
export type ShownEntry = z.infer<typeof Entries>['entries'][number]

/** Our own copy of a file, told by a later entry, or by the message itself where the file came with it (mail). */
export const keptFile = ({ kind, data, parts }: ShownEntry) =>
  kind === 'media' ? data : parts?.find(({ media }) => media?.blob !== undefined)?.media

export async function openHub(config: RoutingInput = {}, env: Record<string, string> = {}) {
  const dir = await mkdtemp(join(tmpdir(), 'hub-'))
  const settings = readSettings({ PORT: '0', SMTP_PORT: '0', HUB_DATA: dir, HUB_API_KEY: API_KEY, ...env })
  const log = memoryLogger()
  const running = await run({ settings, config: parseConfig(config), logger: log, pace: 5 })
  const base = `http://127.0.0.1:${running.port}`
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' }
    const answer = await fetch(`${base}/v1${path}`, { ...init, headers })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  return {
    ...running,
    base,
    dir,
    log,
    customers: async () => Customers.parse(await ask('/customers')).customers,
    entries: async (customer: string) => Entries.parse(await ask(`/customers/${customer}/entries?limit=100`)).entries,
    reply: (customer: string, body: object) =>
      ask(`/customers/${customer}/replies`, { method: 'POST', body: JSON.stringify(body) }),
    ask,
    async end() {
      await running.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
export type TestHub = Awaited<ReturnType<typeof openHub>>
