/** What the customer and the provider do while a reply is on its way: receipts in any order, opting out, closed windows, two who become one. */
import { afterEach, describe, expect, test } from 'vitest'
import type { Entry } from '../src/entry.ts'
import { mergeCustomers } from '../src/flow/change.ts'
import { readCard } from '../src/flow/view.ts'
import { appendAs } from './deliver/append.ts'
import { later, never, type Pigeons, pigeons } from './deliver/pigeons.ts'
import { ann, answer, delivery, failures, olga, said, states, timeline } from './deliver/story.ts'
import { WORKSPACE } from './hub.ts'

const HOUR = 3600_000
let t: Pigeons
afterEach(() => t.stop())

const outgoing = (text: string) => ({
  kind: 'message' as const,
  direction: 'out' as const,
  author: olga,
  parts: [{ type: 'text' as const, text }],
})

describe('receipts', () => {
  type Told = { id: string; reference: string }
  const tell = (told: Told, state: 'sent' | 'delivered' | 'read', by: 'id' | 'reference') =>
    t.tell('north', { type: 'receipt', id: told.id, state, ...(by === 'reference' ? { reference: told.reference } : {}) })
  const fail = (told: Told, by: 'id' | 'reference') =>
    t.tell('north', {
      type: 'receipt',
      id: told.id,
      state: 'failed',
      ...(by === 'reference' ? { reference: told.reference } : {}),
      failure: { code: 'badContent', again: 'never', certain: true, words: 'The carrier filtered it.' },
    })
  const last = (): Told => t.sent.at(-1) ?? { id: '', reference: '' }

  describe.each(['id', 'reference'] as const)('by %s', (by) => {
    test('out of order and twice: the furthest counts', async () => {
      t = await pigeons()
      const entry = await answer(t, await ann(t, 'north'), 'hi')
      await t.drain()
      for (const state of ['delivered', 'read', 'delivered', 'sent', 'read'] as const) await tell(last(), state, by)
      expect(await states(t, entry)).toEqual(['read'])
      expect(t.queue.waiting).toEqual([])
    })

    test('before the send returned', async () => {
      t = await pigeons()
      t.script(async (call) => {
        await tell(call, 'read', by)
        await tell(call, 'delivered', by)
      })
      const entry = await answer(t, await ann(t, 'north'), 'hi')
      await t.drain()
      expect(await states(t, entry)).toEqual(['read'])
      const { decision, units } = await delivery(t, entry)
      expect(decision?.chosen?.channel).toBe('north')
      expect(units[0]?.providerId).toBe(last().id)
    })

    test('a failure before the send returned is an entry, once', async () => {
      t = await pigeons()
      t.script((call) => fail(call, by))
      const customer = await ann(t, 'north')
      const entry = await answer(t, customer, 'hi')
      await t.drain()
      const told = [{ entry: entry.id, unit: 0, state: 'failed', code: 'badContent', words: 'The carrier filtered it.' }]
      expect(await failures(t, customer)).toEqual(told)
      await fail(last(), by)
      await t.drain()
      expect(await failures(t, customer)).toEqual(told)
      expect((await delivery(t, entry)).state).toBe('failed')
      expect(t.tried).toHaveLength(1)
    })

    test('a failure after "sent" is an entry; one after "read" is not believed by the record', async () => {
      t = await pigeons()
      const customer = await ann(t, 'north')
      const entry = await answer(t, customer, ['one', 'two'])
      await t.drain()
      const [one, two] = t.sent
      if (!one || !two) throw new Error('not sent')
      await tell(one, 'sent', by)
      await fail(one, by)
      await tell(two, 'read', by)
      await fail(two, by)
      await t.drain()
      expect(await states(t, entry)).toEqual(['failed', 'read'])
      expect((await failures(t, customer)).filter(({ unit }) => unit === 0)).toHaveLength(1)
    })
  })

  test('of something that we never sent changes no stream', async () => {
    t = await pigeons()
    const customer = await ann(t, 'north')
    const before = await timeline(t, customer)
    await t.tell('north', { type: 'receipt', id: 'stranger', state: 'failed' })
    await t.tell('north', { type: 'receipt', id: 'x', reference: 'other.log.1.0', state: 'failed' })
    await t.tell('north', { type: 'receipt', id: 'x', reference: 'no reference', state: 'read' })
    await t.drain()
    expect(await timeline(t, customer)).toEqual(before)
  })
})

describe('the state as it is at the moment of sending', () => {
  test('who writes elsewhere while one reply is sent gets the next one there', async () => {
    t = await pigeons()
    const customer = await ann(t, 'west', 'north')
    t.script(async ({ text }) => {
      if (text !== 'one') return
      t.clock.now += 1000
      await t.write('west', 'I am here now')
    })
    await answer(t, customer, 'one')
    await answer(t, customer, 'two')
    await t.drain()
    expect(said(t)).toEqual(['north: one', 'west: two'])
  })

  test('who blocks us during one reply is not written to again', async () => {
    t = await pigeons()
    const customer = await ann(t, 'west', 'north')
    t.script(({ kind }) => {
      if (kind === 'north') throw never({ code: 'blocked', effect: 'blocked' })
    })
    for (const text of ['one', 'two', 'three']) await answer(t, customer, text)
    await t.drain()
    expect(t.tried.map(({ kind }) => kind)).toEqual(['north', 'west', 'west', 'west'])
    expect(await timeline(t, customer)).toContainEqual(
      expect.objectContaining({ kind: 'optOut', identity: 'north:*:ann', data: { address: 'ann', why: 'blocked' } }),
    )
    const card = await readCard(t.hub, WORKSPACE, customer)
    expect(card.identities.find(({ channel }) => channel === 'north')?.blocked).toBe(true)
  })

  test('an opt-out between the reply and its sending is heeded and told', async () => {
    t = await pigeons()
    const customer = await ann(t, 'north')
    const entry = await answer(t, customer, 'a special offer')
    await t.tell('north', { type: 'optOut', id: 'stop', from: { address: 'ann' }, why: 'stop' })
    await t.drain()
    expect(t.tried).toEqual([])
    expect(await failures(t, customer)).toMatchObject([{ entry: entry.id, state: 'refused', code: 'no_reachable_identity' }])
    expect(await delivery(t, entry)).toMatchObject({ state: 'refused', words: 'Nowhere to send; they opted out of North.' })
    await expect(answer(t, customer, 'again')).rejects.toMatchObject({ status: 422, code: 'no_reachable_identity' })
    await t.tell('north', { type: 'optIn', id: 'start', from: { address: 'ann' } })
    await answer(t, customer, 'welcome back')
    await t.drain()
    expect(said(t)).toEqual(['north: welcome back'])
  })

  test('a window that closed while the reply waited: nothing is sent into it', async () => {
    t = await pigeons()
    const customer = await ann(t, 'south')
    const entry = await answer(t, customer, 'sorry for the delay')
    t.clock.now += 24 * HOUR
    await t.drain()
    expect(t.tried).toEqual([])
    expect((await delivery(t, entry)).words).toMatch(/^Nowhere to send; South's window closed /)
    await t.write('south', 'Still there?')
    await answer(t, customer, 'yes')
    await t.drain()
    expect(said(t)).toEqual(['south: yes'])
  })

  test('a customer without a way out: refused where the agent sees it, and only told once', async () => {
    t = await pigeons()
    const customer = await ann(t, 'north')
    await t.tell('north', { type: 'optOut', id: 'b', from: { address: 'ann' }, why: 'blocked' })
    const entry = await appendAs(t, customer, outgoing('hello?'))
    await t.drain()
    await t.move(HOUR)
    expect(t.tried).toEqual([])
    expect(await failures(t, customer)).toMatchObject([{ entry: entry.id, state: 'refused' }])
    expect((await delivery(t, entry)).state).toBe('refused')
  })
})

describe('two who become one', () => {
  /** Ann on two channels, not yet known to be one. */
  async function two(): Promise<[string, string]> {
    t = await pigeons()
    const first = await ann(t, 'north')
    await t.write('west', 'Hello from west')
    const second = await t.log('west')
    await t.drain()
    return [first, second]
  }

  test('a reply appended while the log is being merged is sent once, wherever it came to stand', async () => {
    const [first, second] = await two()
    const replies: Promise<Entry>[] = []
    const merging = mergeCustomers(t.hub, WORKSPACE, first, second, olga)
    for (let n = 0; n < 6; n++) {
      replies.push(answer(t, n % 2 ? first : second, `r${n}`))
      await Promise.resolve()
    }
    await merging
    await Promise.all(replies)
    await t.drain()
    expect(t.sent.map(({ text }) => text).toSorted()).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5'])
    for (const entry of await Promise.all(replies)) expect((await delivery(t, entry)).state).toBe('accepted')
  })

  test('a reply that stood in the sealed log goes out on what is current for both', async () => {
    const [first, second] = await two()
    t.clock.now += 1000
    await appendAs(t, second, outgoing('for you'))
    t.queue.waiting = []
    await t.write('north', 'I am on north now')
    const { id } = await mergeCustomers(t.hub, WORKSPACE, first, second, olga)
    await t.drain()
    await answer(t, id, 'and more')
    await t.drain()
    expect(said(t)).toEqual(['north: for you', 'north: and more'])
  })

  test('what waits in the sealed log keeps its place before what was said after', async () => {
    const [first, second] = await two()
    const until = t.clock.now + 60_000
    t.script(({ text }) => {
      if (text === 'early' && t.clock.now < until) throw later(50)
    })
    await answer(t, second, 'early')
    await t.drain()
    const { id } = await mergeCustomers(t.hub, WORKSPACE, first, second, olga)
    await answer(t, id, 'late')
    await t.drain()
    expect(said(t)).toEqual([])
    for (let minute = 0; minute < 6; minute++) await t.move(60_000)
    expect(t.sent.map(({ text }) => text)).toEqual(['early', 'late'])
  })
})
