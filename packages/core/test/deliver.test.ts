/** Replies on their way: order, splitting, every kind of failure, waiting, the state as it is at the moment of sending. */
import { afterEach, describe, expect, test } from 'vitest'
import { appendAs } from './deliver/append.ts'
import { later, never, type Pigeons, pigeons, unclear } from './deliver/pigeons.ts'
import { ann, answer, delivery, failures, said, states } from './deliver/story.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

let t: Pigeons
afterEach(() => t.stop())

describe('order', () => {
  test('replies leave in the order of the stream, their parts in the order of the reply', async () => {
    t = await pigeons()
    const customer = await ann(t, 'north')
    for (const n of [1, 2, 3]) await answer(t, customer, [`${n}a`, `${n}b`])
    await t.drain()
    expect(said(t)).toEqual(['1a', '1b', '2a', '2b', '3a', '3b'].map((text) => `north: ${text}`))
  })

  test('a long text goes in pieces that the channel can carry, none lost', async () => {
    t = await pigeons()
    const customer = await ann(t, 'north')
    const words = Array.from({ length: 60 }, (_, n) => `word${n}`).join(' ')
    const entry = await answer(t, customer, words)
    await t.drain()
    expect(t.sent.length).toBeGreaterThan(5)
    for (const { text } of t.sent) expect(text.length).toBeLessThanOrEqual(40)
    expect(t.sent.map(({ text }) => text).join(' ')).toBe(words)
    expect(await states(t, entry)).toEqual(t.sent.map(() => 'accepted'))
  })

  test('a text of eight thousand words, which lies in a blob, is sent whole', async () => {
    t = await pigeons()
    const customer = await ann(t, 'north')
    const words = Array.from({ length: 8000 }, (_, n) => `w${n}`).join(' ')
    await answer(t, customer, words)
    await t.drain()
    expect(t.sent.map(({ text }) => text).join(' ')).toBe(words)
  })

  test('two workers at one log send each part once', async () => {
    t = await pigeons()
    const customer = await ann(t, 'north')
    for (const n of [1, 2, 3]) await answer(t, customer, [`${n}a`, `${n}b`])
    const crowd = [...t.queue.waiting, ...t.queue.waiting, ...t.queue.waiting]
    t.queue.waiting = []
    await Promise.all(crowd.map((poke) => t.run(poke)))
    await t.move(31_000)
    expect(said(t)).toEqual(['1a', '1b', '2a', '2b', '3a', '3b'].map((text) => `north: ${text}`))
  })
})

describe('failures', () => {
  test('a certain refusal moves the reply to the next way, and says so', async () => {
    t = await pigeons()
    const customer = await ann(t, 'west', 'north')
    t.script(({ kind }) => {
      if (kind === 'north') throw never()
    })
    const entry = await answer(t, customer, ['one', 'two'])
    await t.drain()
    expect(said(t)).toEqual(['west: one', 'west: two'])
    expect(await failures(t, customer)).toMatchObject([{ entry: entry.id, unit: 0, state: 'failed', code: 'badContent' }])
    const { state, decision, words } = await delivery(t, entry)
    expect(state).toBe('accepted')
    expect(decision?.chosen).toMatchObject({ channel: 'west' })
    expect(decision?.refused).toMatchObject([{ channel: 'north', why: 'failed' }])
    expect(words).toBe('West, because it is the most recent that works; North failed for this reply.')
  })

  test('where every way refuses, the reply has failed and the next one goes', async () => {
    t = await pigeons()
    const customer = await ann(t, 'west', 'north')
    t.script(({ text }) => {
      if (text === 'bad') throw never()
    })
    const bad = await answer(t, customer, 'bad')
    await answer(t, customer, 'good')
    await t.drain()
    expect(said(t)).toEqual(['north: good'])
    expect(await failures(t, customer)).toHaveLength(2)
    expect((await delivery(t, bad)).state).toBe('failed')
  })

  test('once a part of it is out, the rest stays where that went', async () => {
    t = await pigeons()
    const customer = await ann(t, 'west', 'north')
    t.script(({ text }) => {
      if (text === 'two') throw never()
    })
    const entry = await answer(t, customer, ['one', 'two', 'three'])
    await t.drain()
    expect(said(t)).toEqual(['north: one', 'north: three'])
    expect(await states(t, entry)).toEqual(['accepted', 'failed', 'accepted'])
    expect((await delivery(t, entry)).state).toBe('failed')
  })

  test('an uncertain end is told once and never repeated; the next reply goes', async () => {
    t = await pigeons()
    const customer = await ann(t, 'west', 'north')
    t.script(({ text }) => {
      if (text === 'lost') throw unclear()
    })
    const entry = await answer(t, customer, 'lost')
    await answer(t, customer, 'next')
    await t.drain()
    for (let hour = 0; hour < 3; hour++) await t.move(HOUR)
    expect(t.tried.map(({ text }) => text)).toEqual(['lost', 'next'])
    expect(await failures(t, customer)).toMatchObject([{ entry: entry.id, state: 'unknown', code: 'timeout' }])
    expect((await delivery(t, entry)).state).toBe('unknown')
  })

  test('asked to wait, the reply waits as a due record, the next one behind it', async () => {
    t = await pigeons()
    const customer = await ann(t, 'north')
    t.script(({ text }) => {
      if (text === 'one' && t.clock.now < until) throw later(90)
    })
    const until = t.clock.now + 2 * MINUTE
    const one = await answer(t, customer, ['zero', 'one'])
    await answer(t, customer, 'two')
    await t.drain()
    expect(said(t)).toEqual(['north: zero'])
    expect(await states(t, one)).toEqual(['accepted', 'waiting'])
    await t.move(MINUTE)
    expect(t.tried).toHaveLength(2)
    await t.move(31_000)
    expect(t.tried).toHaveLength(3)
    for (let minute = 0; minute < 5; minute++) await t.move(MINUTE)
    expect(said(t)).toEqual(['north: zero', 'north: one', 'north: two'])
    expect(await states(t, one)).toEqual(['accepted', 'accepted'])
    expect(await failures(t, customer)).toEqual([])
  })

  test('a wait that ends with nothing sent decides anew', async () => {
    t = await pigeons()
    const customer = await ann(t, 'west', 'north')
    t.script(({ kind }) => {
      if (kind === 'north') throw later(60)
    })
    await answer(t, customer, 'where are you')
    await t.drain()
    t.clock.now += 1000
    await t.write('west', 'Here!')
    await t.move(2 * MINUTE)
    expect(said(t)).toEqual(['west: where are you'])
  })

  test('after a day of waiting it has failed, and the next way is tried', async () => {
    t = await pigeons()
    const customer = await ann(t, 'west', 'north')
    t.script(({ kind }) => {
      if (kind === 'north') throw later(900)
    })
    await answer(t, customer, 'patience')
    await t.drain()
    for (let quarter = 0; quarter < 98; quarter++) await t.move(15 * MINUTE)
    expect(said(t)).toEqual(['west: patience'])
    expect(await failures(t, customer)).toMatchObject([{ state: 'failed', code: 'rateLimited' }])
  })

  test('nothing to send is told, not passed over', async () => {
    t = await pigeons()
    const customer = await ann(t, 'north')
    await appendAs(t, customer, { kind: 'message', direction: 'out', parts: [{ type: 'text', text: ' \n ' }] })
    await answer(t, customer, 'next')
    await t.drain()
    expect(said(t)).toEqual(['north: next'])
    expect(await failures(t, customer)).toMatchObject([{ state: 'refused' }])
  })
})
