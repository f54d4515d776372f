/** What tests about delivery ask again and again. */
import type { Entry, FailureEntry, MessageEntry } from '../../src/entry.ts'
import { isOutgoing } from '../../src/entry.ts'
import { mergeCustomers } from '../../src/flow/change.ts'
import { reply } from '../../src/flow/reply.ts'
import { readDelivery, readEntries } from '../../src/flow/timeline.ts'
import { WORKSPACE } from '../hub.ts'
import type { Pigeons } from './pigeons.ts'

export const olga = { kind: 'agent' as const, id: 'olga', name: 'Olga' }
const texts = (all: string[]) => all.map((text) => ({ type: 'text' as const, text }))

/** Appends a reply and pokes; nothing is sent before somebody drains. */
export const answer = (t: Pigeons, customer: string, text: string | string[], via?: string): Promise<Entry> =>
  reply(t.hub, WORKSPACE, customer, { parts: texts([text].flat()), author: olga, ...(via ? { via } : {}) })

/** Ann, who wrote on each of these, as one customer; the last is current. */
export async function ann(t: Pigeons, ...kinds: string[]): Promise<string> {
  let customer: string | undefined
  for (const kind of kinds) {
    t.clock.now += 1000
    await t.write(kind, `Hello from ${kind}`)
    const log = await t.log(kind)
    await t.drain()
    customer = customer ? (await mergeCustomers(t.hub, WORKSPACE, customer, log, olga)).id : log
    await t.drain()
  }
  if (!customer) throw new Error('Ann wrote nowhere')
  return customer
}

export const timeline = async (t: Pigeons, customer: string): Promise<Entry[]> =>
  (await readEntries(t.hub, WORKSPACE, customer, { limit: 1000 })).entries

export const failures = async (t: Pigeons, customer: string): Promise<FailureEntry['data'][]> =>
  (await timeline(t, customer)).flatMap((entry) => (entry.kind === 'failure' ? [entry.data] : []))

export const replies = async (t: Pigeons, customer: string): Promise<MessageEntry[]> =>
  (await timeline(t, customer)).filter(isOutgoing)

export const delivery = (t: Pigeons, entry: Entry) => readDelivery(t.hub, WORKSPACE, entry.id)
export const states = async (t: Pigeons, entry: Entry): Promise<string[]> =>
  (await delivery(t, entry)).units.map(({ state }) => state)

export const said = (t: Pigeons): string[] => t.sent.map(({ kind, text }) => `${kind}: ${text}`)
