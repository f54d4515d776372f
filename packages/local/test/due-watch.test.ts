/** A laptop that slept: what fell due meanwhile, however long ago, goes on when it wakes. */

import { LOOK_BACK_MS, pokeDue, putDue } from '@throughline/core/flow/due.ts'
import { heal } from '@throughline/core/flow/heal.ts'
import { memoryStore } from '@throughline/core/store/memory.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { later, type Pigeons, pigeons } from '../../core/test/deliver/pigeons.ts'
import { ann, answer, said } from '../../core/test/deliver/story.ts'
import { WORKSPACE } from '../../core/test/hub.ts'
import { dueRounds, watchDue } from '../src/due-watch.ts'

const MINUTE = 60_000
let t: Pigeons
let round: () => Promise<void>
let looks: number
let heals: string[]

beforeEach(async () => {
  let isDue = () => false
  t = await pigeons({
    parts: (hub) => {
      const watched = watchDue(hub.store, hub.now)
      isDue = watched.isDue
      return { store: watched.store }
    },
  })
  ;[looks, heals] = [0, []]
  const customer = await ann(t, 'north')
  round = dueRounds({
    now: t.hub.now,
    isDue: () => isDue(),
    due: async () => {
      looks++
      await pokeDue(t.hub)
    },
    healAll: async () => {
      heals.push(customer)
      await heal(t.hub, { workspace: WORKSPACE, log: customer })
    },
  })
  const until = t.clock.now + 10 * MINUTE
  t.script(() => {
    if (t.clock.now < until) throw later(600)
  })
  await answer(t, customer, 'good morning')
  await t.drain()
  await round()
})
afterEach(() => t.stop())

async function sleep(minutes: number): Promise<void> {
  t.clock.now += minutes * MINUTE
  await round()
  await t.drain()
}

test('a nap: the due record is found, nothing is healed', async () => {
  await sleep(14)
  expect(said(t)).toEqual(['north: good morning'])
  expect(heals).toEqual([])
})

test('a night: every log is healed, once', async () => {
  await sleep(8 * 60)
  expect(said(t)).toEqual(['north: good morning'])
  expect(heals).toHaveLength(1)
  await sleep(1)
  await sleep(14)
  expect(heals).toHaveLength(1)
})

test('a night after which the first round fails: the next one heals', async () => {
  const { query } = t.hub.store
  t.hub.store.query = async () => {
    throw new Error('the disk is still asleep')
  }
  await expect(sleep(8 * 60)).rejects.toThrow('asleep')
  t.hub.store.query = query
  await sleep(0)
  expect(said(t)).toEqual(['north: good morning'])
})

test('awake with nothing to do: the table is asked once a minute, not each second', async () => {
  await sleep(12)
  looks = 0
  for (let second = 0; second < 300; second++) {
    t.clock.now += 1000
    await round()
  }
  expect(looks).toBe(5)
  expect(heals).toEqual([])
})

test('a clock that is set back does not stop it', async () => {
  const clock = { now: 100 * LOOK_BACK_MS }
  const store = memoryStore({ now: () => clock.now })
  const watched = watchDue(store, () => clock.now)
  expect(watched.isDue()).toBe(true)
  clock.now -= LOOK_BACK_MS
  expect(watched.isDue()).toBe(true)
  expect(watched.isDue()).toBe(false)
  await putDue({ ...t.hub, store: watched.store }, { to: 'route', workspace: WORKSPACE, log: 'a' }, clock.now + MINUTE / 2)
  clock.now += MINUTE / 2
  expect(watched.isDue()).toBe(true)
})
