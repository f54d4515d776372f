/** A business with one pigeon connected, and what the tests of its customers ask again and again. */
import { deliverLog } from '@throughline/core/flow/deliver.ts'
import { routeLog } from '@throughline/core/flow/route.ts'
import { expect } from 'vitest'
import * as z from 'zod/mini'
import { type Answer, type Stage, stage, told } from './hub.ts'

export const PHONE = '+12025550143'

const Entries = z.object({ entries: z.array(z.looseObject({ id: z.string(), kind: z.string() })), next: z.string() })

/** What the queue's consumers would do. */
async function settle(on: Stage): Promise<void> {
  for (let poke = on.pokes.shift(); poke; poke = on.pokes.shift()) {
    const at = { workspace: poke.workspace, log: poke.log }
    if (poke.to === 'route') await routeLog(on.hub, at)
    if (poke.to === 'deliver') await deliverLog(on.hub, at)
  }
}

export async function shop() {
  const on = await stage()
  const made = await on.ask('POST', '/v1/connections', { kind: 'pigeon', credentials: { ring: 'R-77' } })
  const timeline = async (id: string, query = '') =>
    Entries.parse((await on.ask('GET', `/v1/customers/${id}/entries${query}`)).json)
  return {
    on,
    connection: String(made.json.id),
    settle: () => settle(on),
    timeline,
    kinds: async (id: string) => (await timeline(id)).entries.map(({ kind }) => kind),
    async customer(address = PHONE, name = 'Ann'): Promise<string> {
      const customer = await on.ask('POST', '/v1/customers', { name, identities: [{ channel: 'pigeon', address }] })
      expect(told(customer)).toBe('201 (not a problem)')
      await settle(on)
      return String(customer.json.id)
    },
  }
}
export type Shop = Awaited<ReturnType<typeof shop>>

export const entryOf = (answer: Answer) => z.object({ entry: z.looseObject({ id: z.string() }) }).parse(answer.json).entry
export const keyed = (key: string) => ({ headers: { 'Idempotency-Key': key } })
