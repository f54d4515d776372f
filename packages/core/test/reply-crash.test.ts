/**
 * The process dies before and after each of its calls while an agent or a program changes something. Left alone, it is whole or not there;
 * tried again, it is there once. A lost poke is made good by heal.
 */
import { afterEach, describe, expect, test } from 'vitest'
import { createOneTimeLink, readSession, redeem } from '../src/agent/session.ts'
import type { Entry } from '../src/entry.ts'
import { isOutgoing } from '../src/entry.ts'
import { change, mergeCustomers } from '../src/flow/change.ts'
import { createCustomer, type NewCustomer } from '../src/flow/create.ts'
import { heal } from '../src/flow/heal.ts'
import { listCustomers } from '../src/flow/list.ts'
import { reply } from '../src/flow/reply.ts'
import { readEntries } from '../src/flow/timeline.ts'
import { readCard } from '../src/flow/view.ts'
import { keys } from '../src/store/keys.ts'
import { atEveryCall, Fate } from './deliver/crash.ts'
import { type Pigeons, pigeons } from './deliver/pigeons.ts'
import { ann, answer, olga, said, timeline } from './deliver/story.ts'
import { Meanwhile } from './hub/meanwhile.ts'
import { WORKSPACE } from './hub.ts'

type Story = {
  before: (t: Pigeons) => Promise<string[]>
  act: (t: Pigeons, customers: string[]) => Promise<unknown>
  /** After the death and what heals it: nothing of it, or all. */
  left: (t: Pigeons, customers: string[], died: boolean) => Promise<void>
  /** After it was tried again. */
  done: (t: Pigeons, customers: string[], died: boolean) => Promise<void>
}

const one = async (t: Pigeons) => [await ann(t, 'north')]
const outgoing = async (t: Pigeons, customer = '') => (await timeline(t, customer)).filter(isOutgoing)
/** Two thousand seven hundred signs of three bytes: too long for an entry, so it lies in a blob. */
const LONG = '語'.repeat(2731)
const PHONE = '+15005550006'
const wanted: NewCustomer = {
  name: 'Boris',
  identities: [
    { channel: 'north', address: PHONE },
    { channel: 'west', address: PHONE },
  ],
  externalIds: { crm: '7' },
}
const listed = async (t: Pigeons) => (await listCustomers(t.hub, WORKSPACE, {})).customers

const stories: Record<string, Story> = {
  'a reply under a key': {
    before: one,
    act: (t, [customer = '']) =>
      reply(t.hub, WORKSPACE, customer, { parts: [{ type: 'text', text: LONG }], author: olga, key: 'k' }),
    left: async (t, [customer]) => {
      const stands = (await outgoing(t, customer)).length
      expect(stands).toBeLessThanOrEqual(1)
      expect(t.sent.map(({ text }) => text).join('')).toBe(stands ? LONG : '')
    },
    done: async (t, [customer]) => {
      expect(await outgoing(t, customer)).toHaveLength(1)
      expect(t.sent.map(({ text }) => text).join('')).toBe(LONG)
    },
  },
  'a note under a key': {
    before: one,
    act: (t, [customer = '']) =>
      change(t.hub, WORKSPACE, customer, { kind: 'note', author: olga, data: { text: 'Called back' } }, 'k'),
    left: async () => {},
    done: async (t, [customer = '']) => {
      expect((await timeline(t, customer)).filter(({ kind }) => kind === 'note')).toHaveLength(1)
    },
  },
  'a new customer': {
    before: async () => [],
    act: async (t) => {
      await createCustomer(t.hub, WORKSPACE, wanted, olga)
    },
    left: async (t) => {
      // All of it, or none; at most the name is still to come.
      for (const card of await listed(t))
        expect(card.identities.map(({ key }) => key)).toEqual([`north:*:${PHONE}`, `west:*:${PHONE}`])
    },
    done: async (t) => {
      const cards = await listed(t)
      expect(cards).toMatchObject([{ name: 'Boris', externalIds: { crm: '7' } }])
      const log = cards[0]?.log ?? ''
      expect(await Promise.all(['north', 'west'].map((kind) => t.log(kind, PHONE)))).toEqual([log, log])
      const kinds = (await timeline(t, log)).map(({ kind }) => kind)
      expect(kinds.filter((kind) => kind !== 'message')).toEqual(['identity', 'set'])
      await t.write('west', 'It is Boris', { address: PHONE })
      await t.drain()
      expect(await listed(t)).toMatchObject([{ log, name: 'Boris', current: { channel: 'west' } }])
    },
  },
  'two customers become one': {
    before: async (t) => {
      const first = await ann(t, 'north')
      t.clock.now += 1000
      await t.write('west', 'Hello from west')
      const second = await t.log('west')
      await answer(t, second, 'for west')
      return [first, second]
    },
    act: (t, [first = '', second = '']) => mergeCustomers(t.hub, WORKSPACE, first, second, olga),
    left: async (t, customers) => {
      for (const customer of customers) await wholeTimeline(t, customer)
      expect(said(t)).toEqual(['west: for west'])
    },
    done: async (t, customers) => {
      const [first, second] = await Promise.all(customers.map((customer) => timeline(t, customer)))
      expect(first).toEqual(second)
      expect(words(first ?? [])).toEqual(['Hello from north', 'Hello from west', 'for west'])
      expect(await listed(t)).toMatchObject([{ identities: [{ channel: 'north' }, { channel: 'west' }] }])
      expect(said(t)).toEqual(['west: for west'])
    },
  },
}

const words = (entries: readonly Entry[]) =>
  entries.flatMap((entry) => (entry.kind === 'message' ? entry.parts.map((part) => ('text' in part ? part.text : '')) : []))

/** No number is missing in any log of it. */
async function wholeTimeline(t: Pigeons, customer: string): Promise<void> {
  const entries = await timeline(t, customer)
  for (const log of new Set(entries.map((entry) => entry.log))) {
    const seqs = entries.filter((entry) => entry.log === log).map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  }
}

/** Every log that has an entry, as the healer finds it. */
async function healAll(t: Pigeons): Promise<void> {
  const logs = (await t.dump()).flatMap(({ pk, sk }) => (sk.startsWith(keys.entries) ? [pk.split('#')[2] ?? ''] : []))
  for (const log of new Set(logs)) await heal(t.hub, { workspace: WORKSPACE, log })
  await t.move(31_000)
}

let t: Pigeons
afterEach(() => t.stop())

describe.each(Object.entries(stories))('%s', (_name, { before, act, left, done }) => {
  test('whenever the process dies', async () => {
    const calls = await atEveryCall(
      async (fate: Fate) => {
        t = await pigeons({ parts: (hub) => fate.over(hub) })
        const customers = await before(t)
        fate.armed = true
        const died = await fate.dies(() => act(t, customers))
        fate.armed = false
        return { customers, died }
      },
      async ({ customers, died }) => {
        try {
          await healAll(t)
          await left(t, customers, died)
          if (died) await act(t, customers).catch(takenAlready)
          await t.drain()
          await done(t, customers, died)
          await healAll(t)
          await done(t, customers, died)
        } finally {
          await t.stop()
        }
      },
    )
    expect(calls).toBeGreaterThan(3)
  })
})

/** It was all there but for the answer. */
function takenAlready(error: unknown): void {
  expect(error).toMatchObject({ status: 409, code: 'identity_taken' })
}

describe('a customer who was half made', () => {
  /** Dies when both addresses lead to a log and nothing stands there. */
  async function dieAfterIdentities(): Promise<string> {
    for (let call = 1; ; call++) {
      const fate = new Fate(call, 'after')
      t = await pigeons({ parts: (hub) => fate.over(hub) })
      fate.armed = true
      await fate.dies(() => createCustomer(t.hub, WORKSPACE, wanted, olga))
      if ((await t.log('west', PHONE)) !== 'undefined') return t.log('west', PHONE)
      await t.stop()
    }
  }

  test('is listed nowhere and found under no id', async () => {
    const log = await dieAfterIdentities()
    await t.drain()
    expect(await listed(t)).toEqual([])
    await expect(readCard(t.hub, WORKSPACE, log)).rejects.toMatchObject({ status: 404 })
    await expect(readEntries(t.hub, WORKSPACE, log, {})).rejects.toMatchObject({ status: 404 })
  })

  test('may be made by another request for one of the addresses; the other stays free', async () => {
    const log = await dieAfterIdentities()
    const other = { name: 'Bob', identities: [{ channel: 'west', address: PHONE }] }
    expect(await createCustomer(t.hub, WORKSPACE, other, olga)).toEqual({ id: log })
    await expect(createCustomer(t.hub, WORKSPACE, other, olga)).rejects.toMatchObject({ status: 409, extra: { customer: log } })
  })

  test('two of them, and one request for both', async () => {
    t = await pigeons()
    const [first, second] = [t.hub.id(), t.hub.id()]
    await t.hub.store.put({ ...keys.identity(WORKSPACE, `north:*:${PHONE}`), log: second })
    await t.hub.store.put({ ...keys.identity(WORKSPACE, `west:*:${PHONE}`), log: first })
    const { id } = await createCustomer(t.hub, WORKSPACE, wanted, olga)
    await t.drain()
    expect(await listed(t)).toMatchObject([{ log: id, name: 'Boris' }])
    for (const kind of ['north', 'west']) {
      await t.write(kind, `Hello from ${kind}`, { address: PHONE })
      await t.drain()
    }
    expect(await listed(t)).toMatchObject([{ log: id }])
    expect(words(await timeline(t, id))).toEqual(['Hello from north', 'Hello from west'])
  })

  test('one who is whole is not made again', async () => {
    t = await pigeons()
    const { id: log } = await createCustomer(t.hub, WORKSPACE, wanted, olga)
    await expect(createCustomer(t.hub, WORKSPACE, wanted, olga)).rejects.toMatchObject({ status: 409, extra: { customer: log } })
  })

  test('who writes while it is being made is one customer, whose words are kept', async () => {
    for (let call = 1, calls = call; call <= calls + 1; call++) {
      const meanwhile = new Meanwhile()
      t = await pigeons({ parts: (hub) => meanwhile.over(hub) })
      meanwhile.arm(call, () => t.write('north', 'Hello', { address: PHONE }))
      const made = await createCustomer(t.hub, WORKSPACE, wanted, olga).catch((error: unknown) => error)
      calls = meanwhile.calls.length
      await meanwhile.rest()
      await t.drain()
      const cards = await listed(t)
      expect(cards, `before call ${call}`).toHaveLength(1)
      expect(words(await timeline(t, cards[0]?.log ?? ''))).toEqual(['Hello'])
      if (made instanceof Error) expect(made).toMatchObject({ code: 'identity_taken' })
      else expect(cards).toMatchObject([{ name: 'Boris' }])
      await t.stop()
    }
  })
})

describe('a link that works once', () => {
  test('is used up only by a session that stands', async () => {
    await atEveryCall(
      async (fate: Fate) => {
        t = await pigeons({ parts: (hub) => fate.over(hub) })
        const token = await createOneTimeLink(t.hub, WORKSPACE, { name: 'Olga', role: 'admin' })
        fate.armed = true
        let session: string | undefined
        const died = await fate.dies(async () => {
          session = await redeem(t.hub, token)
        })
        const sent = fate.calls
        fate.armed = false
        return { token, session, died, sent }
      },
      async ({ token, session, died }) => {
        const again = await redeem(t.hub, token)
        if (!died) expect(again).toBeUndefined()
        const mine = session ?? again
        // Only who dies with the answer in hand has used it for nothing.
        if (mine) expect(await readSession(t.hub, mine)).toMatchObject({ name: 'Olga', role: 'admin' })
        else expect((await t.dump()).filter(({ pk }) => pk.startsWith('SESSION#'))).toHaveLength(1)
        expect(await redeem(t.hub, token)).toBeUndefined()
        await t.stop()
      },
    )
  })

  test('lets one of two in', async () => {
    t = await pigeons()
    const token = await createOneTimeLink(t.hub, WORKSPACE, { name: 'Olga', role: 'admin' })
    const sessions = await Promise.all([redeem(t.hub, token), redeem(t.hub, token), redeem(t.hub, token)])
    expect(sessions.filter(Boolean)).toHaveLength(1)
    expect((await t.dump()).filter(({ pk }) => pk.startsWith('SESSION#'))).toHaveLength(1)
  })
})
