/** A connection that is revoked or paused keeps its replies: they are shown as waiting, in order, and go out once it is back. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { pause, remove, resume } from '../src/connection/change.ts'
import { connect, reconnect } from '../src/connection/connect.ts'
import { readConnection } from '../src/connection/read.ts'
import { mergeCustomers } from '../src/flow/change.ts'
import { preview } from '../src/flow/reply.ts'
import { readCard } from '../src/flow/view.ts'
import { wake, wakeBeside } from '../src/flow/wake.ts'
import { never, type Pigeons, pigeons } from './deliver/pigeons.ts'
import { ann, answer, delivery, failures, olga, said, states, timeline } from './deliver/story.ts'
import { WORKSPACE } from './hub.ts'

const HOUR = 3600_000
const WORDS = "North's access was revoked; connect it again and this goes out."
let t: Pigeons
let revoked: boolean
beforeEach(async () => {
  t = await pigeons()
  revoked = true
  t.script(({ kind }) => {
    if (kind === 'north' && revoked) throw never({ code: 'unauthorized', effect: 'unauthorized' })
  })
})
afterEach(() => t.stop())

const idOf = (kind: string) => t.connections[kind]?.id ?? ''
const statusOf = async (kind: string) => (await readConnection(t.hub, WORKSPACE, idOf(kind), true))?.status
async function mend(): Promise<void> {
  revoked = false
  await reconnect(t.hub, WORKSPACE, idOf('north'))
  await wake(t.hub, WORKSPACE)
  await t.drain()
}
const notes = async (customer: string) =>
  (await timeline(t, customer)).flatMap((entry) => (entry.kind === 'note' ? [entry.data.text] : []))

describe('a revoked token', () => {
  test('keeps the reply and those behind it, until it is connected again', async () => {
    const customer = await ann(t, 'west', 'north')
    const one = await answer(t, customer, 'one')
    await t.drain()
    const two = await answer(t, customer, 'two')
    await t.drain()
    for (let hour = 0; hour < 30; hour++) await t.move(HOUR)
    expect(await statusOf('north')).toBe('broken')
    expect(t.tried.map(({ kind }) => kind)).toEqual(['north'])
    expect(await delivery(t, one)).toMatchObject({ state: 'waiting', words: WORDS, decision: { held: { channel: 'north' } } })
    expect(await delivery(t, two)).toMatchObject({ state: 'waiting', words: /before it/ })
    expect(await failures(t, customer)).toEqual([])
    expect(await notes(customer)).toEqual([WORDS])
    await mend()
    expect(said(t)).toEqual(['north: one', 'north: two'])
    expect(await delivery(t, one)).toMatchObject({ state: 'accepted', decision: { chosen: { channel: 'north' } } })
  })

  test('is told before anything is written, and asks nobody in vain while it waits', async () => {
    const customer = await ann(t, 'west', 'north')
    await answer(t, customer, 'one')
    await t.drain()
    expect(await preview(t.hub, WORKSPACE, customer, {})).toMatchObject({ ok: true, held: true, channel: 'north', words: WORDS })
    expect((await readCard(t.hub, WORKSPACE, customer)).reply).toMatchObject({ ok: true, held: true, words: WORDS })
    const pokes = t.queue.sent.length
    for (let minute = 0; minute < 30; minute++) await t.move(60_000)
    expect(t.queue.sent.length).toBe(pokes)
  })

  test('holds no reply for which the agent named another way', async () => {
    const customer = await ann(t, 'west', 'north')
    await pause(t.hub, WORKSPACE, idOf('north'))
    await answer(t, customer, 'look there', 'west')
    await answer(t, customer, 'here I wait')
    await t.drain()
    expect(said(t)).toEqual(['west: look there'])
  })

  test('lets go what waits when the customer writes elsewhere', async () => {
    const customer = await ann(t, 'west', 'north')
    const entry = await answer(t, customer, 'where are you')
    await t.drain()
    t.clock.now += 1000
    await t.write('west', 'Here!')
    await t.drain()
    expect(said(t)).toEqual(['west: where are you'])
    expect((await delivery(t, entry)).words).toBe('West, because they wrote there just now; North is not connected.')
  })

  test('half-way through a reply: the rest waits where the beginning went', async () => {
    const customer = await ann(t, 'west', 'north')
    revoked = false
    t.script(({ kind, text }) => {
      if (kind === 'north' && text === 'one') revoked = true
      else if (kind === 'north' && revoked) throw never({ code: 'unauthorized', effect: 'unauthorized' })
    })
    const entry = await answer(t, customer, ['one', 'two', 'three'])
    await t.drain()
    t.clock.now += 1000
    await t.write('west', 'Hello?')
    await t.drain()
    expect(said(t)).toEqual(['north: one'])
    expect(await states(t, entry)).toEqual(['accepted', 'waiting'])
    expect((await delivery(t, entry)).words).toContain(WORDS)
    t.script(() => {})
    await mend()
    expect(said(t)).toEqual(['north: one', 'north: two', 'north: three'])
  })

  test('half-way, and then removed: the rest has failed visibly and the next reply goes', async () => {
    const customer = await ann(t, 'west', 'north')
    t.script(({ text }) => {
      if (text === 'two') throw never({ code: 'unauthorized', effect: 'unauthorized' })
    })
    const entry = await answer(t, customer, ['one', 'two'])
    await answer(t, customer, 'next')
    await t.drain()
    await remove(t.hub, WORKSPACE, idOf('north'))
    await wake(t.hub, WORKSPACE)
    await t.drain()
    expect(said(t)).toEqual(['north: one', 'west: next'])
    expect(await states(t, entry)).toEqual(['accepted', 'failed'])
    expect(await failures(t, customer)).toMatchObject([{ unit: 1, words: 'North is no longer connected.' }])
  })

  test('after another way had refused: that one is not asked again', async () => {
    const customer = await ann(t, 'north', 'west')
    t.script(({ kind }) => {
      if (kind === 'west') throw never()
      if (revoked) throw never({ code: 'unauthorized', effect: 'unauthorized' })
    })
    const entry = await answer(t, customer, 'stubborn')
    await t.drain()
    expect((await delivery(t, entry)).state).toBe('waiting')
    await mend()
    expect(t.tried.map(({ kind }) => kind)).toEqual(['west', 'north', 'north'])
    expect(said(t)).toEqual(['north: stubborn'])
  })

  test('new credentials given in the very moment of the refusal stay, and the reply goes out by itself', async () => {
    const customer = await ann(t, 'west', 'north')
    t.script(async () => {
      if (!revoked) return
      revoked = false
      await reconnect(t.hub, WORKSPACE, idOf('north'))
      throw never({ code: 'unauthorized', effect: 'unauthorized' })
    })
    await answer(t, customer, 'one')
    await t.drain()
    expect(await statusOf('north')).toBe('live')
    await t.move(11_000)
    expect(said(t)).toEqual(['north: one'])
    expect(await notes(customer)).toEqual([])
  })

  test('connected anew as another connection of the same account: that one takes over', async () => {
    const customer = await ann(t, 'west', 'north')
    await answer(t, customer, 'one')
    await t.drain()
    revoked = false
    const { connection } = await connect(t.hub, WORKSPACE, { kind: 'north' })
    await wakeBeside(t.hub, connection)
    await t.drain()
    expect(said(t)).toEqual(['north: one'])
  })
})

test('removed while replies wait for it: they look for another way', async () => {
  const customer = await ann(t, 'west', 'north')
  await answer(t, customer, 'one')
  await t.drain()
  await remove(t.hub, WORKSPACE, idOf('north'))
  await wake(t.hub, WORKSPACE)
  await t.drain()
  expect(said(t)).toEqual(['west: one'])
})

test('paused: kept as well, and sent when it is resumed; what came too late for its window is refused visibly', async () => {
  const customer = await ann(t, 'south')
  await pause(t.hub, WORKSPACE, idOf('south'))
  const one = await answer(t, customer, 'in time')
  await t.drain()
  expect(await delivery(t, one)).toMatchObject({ state: 'waiting', words: 'South is paused; resume it and this goes out.' })
  await resume(t.hub, WORKSPACE, idOf('south'))
  await wake(t.hub, WORKSPACE)
  await t.drain()
  expect(said(t)).toEqual(['south: in time'])
  await pause(t.hub, WORKSPACE, idOf('south'))
  const late = await answer(t, customer, 'too late')
  await t.drain()
  expect((await delivery(t, late)).state).toBe('waiting')
  await t.move(24 * HOUR)
  expect(said(t)).toEqual(['south: in time'])
  expect(await delivery(t, late)).toMatchObject({ state: 'refused', words: /window closed/ })
})

test('in a log that was merged meanwhile: it keeps its place, nobody asks every minute, and it goes out in order', async () => {
  const first = await ann(t, 'north')
  t.clock.now += 1000
  await t.tell('north', {
    type: 'message',
    id: 'bob',
    from: { address: 'bob' },
    parts: [{ type: 'text', text: 'It is me as well' }],
  })
  const second = await t.log('north', 'bob')
  await t.drain()
  await answer(t, second, 'early')
  await t.drain()
  const { id } = await mergeCustomers(t.hub, WORKSPACE, first, second, olga)
  await answer(t, id, 'late')
  await t.drain()
  const pokes = t.queue.sent.length
  for (let minute = 0; minute < 30; minute++) await t.move(60_000)
  expect(t.queue.sent.length).toBe(pokes)
  await mend()
  expect(said(t)).toEqual(['north: early', 'north: late'])
})
