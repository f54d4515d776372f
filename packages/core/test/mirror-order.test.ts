/** A tool sees a customer's entries in one order, also where two customers became one while the tool was out of reach. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { connect } from '../src/connection/connect.ts'
import { mergeCustomers } from '../src/flow/change.ts'
import type { Tool, ToolCalls } from '../src/tool.ts'
import { type Pigeons, pigeons } from './deliver/pigeons.ts'
import { ann, answer, olga } from './deliver/story.ts'
import { WORKSPACE } from './hub.ts'

/** A board that agents read. */
const board: Tool = {
  kind: 'board',
  title: 'Board',
  hint: 'Nothing.',
  settings: z.object({}),
  credentials: z.object({}),
  secrets: [],
  capabilities: {
    threads: true,
    everything: false,
    edits: false,
    reactions: false,
    deliveryStatus: 'none',
    filesIn: false,
    filesOut: false,
    notes: true,
    maxText: 1000,
    rate: { perSecond: 1, scope: 'connection' },
    retryHours: 24,
  },
  verify: () => false,
  parse: () => [],
}

let t: Pigeons
let shown: string[]
let opened: number
let down: boolean
const calls: ToolCalls = {
  connect: async () => ({ account: 'board', address: 'board' }),
  check: async () => [],
  classify: () => ({ code: 'providerDown', again: { after: 40 }, certain: true, words: 'The board is down.' }),
  async open() {
    if (down) throw new Error('down')
    return `thread${++opened}`
  },
  async post(thread, view) {
    if (down) throw new Error('down')
    shown.push(`${thread}: ${view.words}`)
    return `post${shown.length}`
  },
}

beforeEach(async () => {
  ;[shown, opened, down] = [[], 0, false]
  t = await pigeons({ parts: () => ({ tools: { board }, toolCalls: { board: calls } }) })
  await connect(t.hub, WORKSPACE, { kind: 'board' })
})
afterEach(() => t.stop())

test('every entry once, in the order of the stream', async () => {
  const customer = await ann(t, 'north')
  await answer(t, customer, 'one')
  await t.drain()
  await answer(t, customer, 'two')
  await t.drain()
  expect(shown).toEqual(['thread1: Hello from north', 'thread1: one', 'thread1: two'])
})

test('out of reach for a while: all of it later, none twice', async () => {
  const customer = await ann(t, 'north')
  down = true
  for (const text of ['one', 'two', 'three']) await answer(t, customer, text)
  await t.drain()
  await t.move(60_000)
  down = false
  for (let minute = 0; minute < 6; minute++) await t.move(60_000)
  expect(shown.map((line) => line.split(': ')[1])).toEqual(['Hello from north', 'one', 'two', 'three'])
})

test('what waits in a sealed log comes before what follows the merge, in one thread', async () => {
  const first = await ann(t, 'north')
  down = true
  t.clock.now += 1000
  await t.write('west', 'Hello from west')
  const second = await t.log('west')
  await t.drain()
  t.clock.now += 1000
  const { id } = await mergeCustomers(t.hub, WORKSPACE, first, second, olga)
  down = false
  await t.drain()
  await answer(t, id, 'I see you are one')
  await t.drain()
  for (let minute = 0; minute < 6; minute++) await t.move(60_000)
  const words = shown.map((line) => line.split(': ')[1])
  expect(words).toEqual(['Hello from north', 'Hello from west', '[two customers became one]', 'I see you are one'])
})
