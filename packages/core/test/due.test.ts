/** What must happen later: a record per log and subscriber, poked when its time has come and not before. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pokeDue, putDue } from '../src/flow/due.ts'
import type { Poke } from '../src/queue/queue.ts'
import { type TestHub, testHub, WORKSPACE } from './hub.ts'

const MINUTE = 60_000
const poke = (log: string): Poke => ({ to: 'deliver', workspace: WORKSPACE, log })

let t: TestHub
beforeEach(async () => {
  t = await testHub()
})
afterEach(() => t.stop())
const logs = () => t.queue.sent.map(({ log }) => log).toSorted()
const at = async (time: number) => {
  t.clock.now = time
  await pokeDue(t.hub)
}

test('poked once, when the time has come and not before', async () => {
  const start = t.clock.now
  await putDue(t.hub, poke('a'), start + 20_000)
  await putDue(t.hub, poke('b'), start + 50_000)
  await putDue(t.hub, poke('c'), start + 5 * MINUTE)
  await at(start + 19_999)
  expect(logs()).toEqual([])
  await at(start + 20_000)
  expect(logs()).toEqual(['a'])
  await at(start + 6 * MINUTE)
  expect(logs()).toEqual(['a', 'b', 'c'])
  await at(start + 7 * MINUTE)
  expect(logs()).toEqual(['a', 'b', 'c'])
  expect((await t.dump()).filter((item) => item.pk.startsWith('DUE#'))).toEqual([])
})

test('a record put anew while the old one is poked is kept', async () => {
  const start = t.clock.now
  await putDue(t.hub, poke('a'), start + 10_000)
  const { send } = t.queue
  t.queue.send = async (pokes) => {
    await send(pokes)
    // A quick worker meets the same refusal and asks for a later moment of the same minute.
    t.queue.send = send
    await putDue(t.hub, poke('a'), start + 40_000)
  }
  await at(start + 10_000)
  await at(start + 40_000)
  expect(logs()).toEqual(['a', 'a'])
})

test('many of one minute, all of them', async () => {
  const start = t.clock.now
  for (let n = 0; n < 1000; n++) await putDue(t.hub, poke(`log${n}`), start + 1000)
  await at(start + 1000)
  expect(new Set(logs()).size).toBe(1000)
})
