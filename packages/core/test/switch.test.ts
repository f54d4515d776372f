/**
 * The switch: somebody wrote on A, the agent answers what stands on A, and they write on B at any moment of it: before, between and after
 * every step of the reply and its sending, for every ordered pair of the channels. One phone gets the answer, and the record says why.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { channels } from '../src/channels/index.ts'
import type { Connection } from '../src/connector.ts'
import type { Entry } from '../src/entry.ts'
import { mergeCustomers } from '../src/flow/change.ts'
import { preview, reply } from '../src/flow/reply.ts'
import { readDelivery, readEntries } from '../src/flow/timeline.ts'
import { keys } from '../src/store/keys.ts'
import { Meanwhile } from './hub/meanwhile.ts'
import { type TestHub, testHub, WORKSPACE } from './hub.ts'

const ivan = { kind: 'agent' as const, id: 'ivan', name: 'Ivan' }
const kinds = Object.keys(channels)
const pairs = kinds.flatMap((a) => kinds.filter((b) => b !== a).map((b) => [a, b] as const))

const meanwhile = new Meanwhile()
const shop: Record<string, Connection> = {}
let t: TestHub
let who = 0
beforeAll(async () => {
  t = await testHub({ parts: (hub) => meanwhile.over(hub) })
  for (const connection of await t.connectAll()) shop[connection.kind] = connection
})
afterAll(() => t.stop())

function on(kind: string): Connection {
  const connection = shop[kind]
  if (!connection) throw new Error(`${kind} is not connected`)
  return connection
}
async function write(kind: string, text: string): Promise<void> {
  t.clock.now += 60_000
  expect((await t.say(on(kind), { who, text, at: t.clock.now })).status).toBeLessThan(300)
}

/** A new customer, one person on both channels, who wrote on A last. */
async function person(a: string, b: string): Promise<string> {
  who++
  for (const kind of [b, a]) {
    await write(kind, `Hello from ${kind}`)
    await t.drain()
  }
  const { id } = await mergeCustomers(t.hub, WORKSPACE, await t.logOf(on(a), who), await t.logOf(on(b), who), ivan)
  await t.drain()
  return id
}

type Told = { calls: string[]; sendingFrom: number; entry: Entry; word: Entry; text: string }

/** The customer writes on B before call number `at` of all that the reply and its sending ask of the store and the queue. */
async function play(a: string, b: string, at: number): Promise<Told> {
  const customer = await person(a, b)
  const asked = await preview(t.hub, WORKSPACE, customer, {})
  expect(asked).toMatchObject({ ok: true, channel: a })
  const text = `The answer to number ${who}.`
  const here = `I am on ${b} now`
  meanwhile.arm(at, () => write(b, here))
  const entry = await reply(t.hub, WORKSPACE, customer, { parts: [{ type: 'text', text }], author: ivan })
  const sendingFrom = meanwhile.calls.length
  await t.run({ to: 'deliver', workspace: WORKSPACE, log: entry.log })
  const { calls } = meanwhile
  await meanwhile.rest()
  await t.drain()
  const { entries } = await readEntries(t.hub, WORKSPACE, customer, { limit: 100 })
  const word = entries.find(
    (one) => one.kind === 'message' && one.parts.some((part) => part.type === 'text' && part.text === here),
  )
  if (!word) throw new Error('an acknowledged word is not in the stream')
  return { calls, sendingFrom, entry, word, text }
}

/** The number of the call that reads the customer's entries for the decision. */
function decidingCall({ calls, sendingFrom, entry }: Told): number {
  const { pk } = keys.entry({ workspace: WORKSPACE, log: entry.log }, 1)
  const found = calls.findIndex((name, index) => index >= sendingFrom && name === `query ${pk} ${keys.entries}`)
  if (found < 0) throw new Error('nothing is read before it is decided')
  return found + 1
}

async function judge({ entry, word, text }: Told, expected: string): Promise<void> {
  const phones = t.provider.taken.filter((one) => one.text.includes(text)).map(({ kind }) => kind)
  expect(phones).toEqual([expected])
  const { decision, words, state } = await readDelivery(t.hub, WORKSPACE, entry.id)
  expect(decision?.chosen).toMatchObject({ channel: expected, reason: 'current' })
  expect(words).toContain(`${t.hub.channels[expected]?.title}, because they wrote there`)
  expect(['accepted', 'sent', 'delivered']).toContain(state)
  expect(word.log).toBe(entry.log)
  // What was decided on tells whether their word was known then.
  expect((decision?.seq ?? 0) >= word.seq).toBe(expected === word.channel)
}

test('there are five channels, and twenty ways to change from one to another', () => {
  expect(pairs.length).toBe(kinds.length * (kinds.length - 1))
  expect(pairs.length).toBeGreaterThanOrEqual(20)
})

describe.each(pairs)('from %s to %s', (a, b) => {
  test('at every moment', async () => {
    const calm = await play(a, b, Number.POSITIVE_INFINITY)
    await judge(calm, a)
    const decided = decidingCall(calm)
    const last = calm.calls.length
    expect(decided).toBeGreaterThan(calm.sendingFrom)
    expect(last - decided).toBeGreaterThan(2)
    for (let at = 1; at <= last; at++) {
      const told = await play(a, b, at)
      await judge(told, at <= decided ? b : a).catch((cause: unknown) => {
        throw new Error(`before call ${at} of ${last} (${calm.calls[at - 1]}), decided at ${decided}`, { cause })
      })
    }
  })
})
