/**
 * The process dies before and after each of its calls to the store, the queue and the tool while entries are on their way to the tool, and
 * comes back when the hold is over. Each entry is there once, or twice in a row and then marked; in order; in one thread per customer.
 */
import { describe, expect, test } from 'vitest'
import { connect } from '../src/connection/connect.ts'
import { standing } from '../src/customer/identities.ts'
import type { Entry } from '../src/entry.ts'
import { change, mergeCustomers } from '../src/flow/change.ts'
import { listDead } from '../src/flow/dead.ts'
import { heal } from '../src/flow/heal.ts'
import { wordsFor } from '../src/flow/words.ts'
import { type Board, board, newBoard, type Pinned } from './deliver/board.ts'
import { atEveryCall, type Fate } from './deliver/crash.ts'
import { later, never, type Pigeons, pigeons } from './deliver/pigeons.ts'
import { ann, answer, olga, timeline } from './deliver/story.ts'
import { WORKSPACE } from './hub.ts'

type Played = { t: Pigeons; here: Board; customer: string; fate: Fate }
type Scenario = {
  board?: (here: Board, t: Pigeons) => void
  /** What happens beside Ann's own words; her customer at the end. */
  then?: (t: Pigeons, customer: string) => Promise<string>
  /** Words that the tool never takes. */
  refused?: string
}

const scenarios: Record<string, Scenario> = {
  'all goes well': {},
  'the tool is down for a while': {
    board: (here, t) => {
      const until = t.clock.now + 60_000
      here.refuse = () => {
        if (t.clock.now < until) throw later(40)
      }
    },
  },
  'an answer of the tool is lost': {
    board: (here) => {
      let lost = false
      here.lose = ({ words }) => {
        if (words === 'one' && !lost) {
          lost = true
          throw never({ code: 'timeout', certain: false, again: { after: 5 } })
        }
      }
    },
  },
  'the tool takes one entry never': {
    refused: 'one',
    board: (here) => {
      here.refuse = ({ words }) => {
        if (words === 'one') throw never()
      }
    },
  },
  'two customers become one while the tool is down': {
    board: (here, t) => {
      const until = t.clock.now + 60_000
      here.refuse = () => {
        if (t.clock.now < until) throw later(40)
      }
    },
    then: async (t, first) => {
      t.clock.now += 1000
      await t.write('west', 'Hello from west')
      const second = await t.log('west')
      await withoutTool(t)
      const { id } = await mergeCustomers(t.hub, WORKSPACE, first, second, olga)
      return id
    },
  },
}

/** All flows but the one that is looked at. */
async function withoutTool(t: Pigeons): Promise<void> {
  const kept = []
  for (let poke = t.queue.waiting.shift(); poke; poke = t.queue.waiting.shift()) {
    if (poke.to === 'mirror') kept.push(poke)
    else await t.run(poke)
  }
  t.queue.waiting.push(...kept)
}

async function play({ board: act, then }: Scenario, fate: Fate): Promise<Played> {
  const here = newBoard()
  const { open, post } = here.calls
  const toolCalls = { board: { ...here.calls, open: fate.around(open), post: fate.around(post) } }
  const t = await pigeons({ parts: (hub) => ({ ...fate.over(hub), tools: { board }, toolCalls }) })
  await connect(t.hub, WORKSPACE, { kind: 'board' })
  t.clock.now += 1000
  await t.write('north', 'Hello from north')
  let customer = await t.log('north')
  await answer(t, customer, 'one')
  await change(t.hub, WORKSPACE, customer, { kind: 'note', author: olga, data: { text: 'two' } })
  await withoutTool(t)
  act?.(here, t)
  if (then) customer = await then(t, customer)
  await answer(t, customer, 'three')
  await withoutTool(t)
  fate.armed = true
  for (let round = 0; round < 9; round++) {
    if (await fate.dies(() => t.move(round === 0 ? 0 : 31_000))) await heal(t.hub, { workspace: WORKSPACE, log: customer })
  }
  fate.armed = false
  return { t, here, customer, fate }
}

/** One line per entry: a repeat must follow its first at once in the thread, and say so. */
function once(pinned: readonly Pinned[]): Pinned[] {
  return pinned.filter((one, index) => {
    if (pinned.slice(0, index).findLast(({ thread }) => thread === one.thread)?.entry !== one.entry) return true
    expect(one.repeated, `"${one.words}" a second time, unmarked`).toBe(true)
    return false
  })
}

/** All of it, each log in its order, and what was joined before the entry at which it was. */
function judgeOrder(shown: readonly string[], wanted: readonly Entry[]): void {
  expect(shown.toSorted()).toEqual(wanted.map(({ id }) => id).toSorted())
  for (const log of new Set(wanted.map((entry) => entry.log))) {
    const ids = wanted.filter((entry) => entry.log === log).map(({ id }) => id)
    expect(shown.filter((id) => ids.includes(id))).toEqual(ids)
  }
  for (const joined of wanted.filter(standing)) {
    const before = wanted.filter((entry) => entry.log === joined.data.from)
    for (const { id } of before) expect(shown.indexOf(id)).toBeLessThan(shown.indexOf(joined.id))
  }
}

async function judge({ t, here, customer }: Played, { refused, board: act }: Scenario, died: boolean): Promise<void> {
  const wanted = (await timeline(t, customer)).filter((entry) => ![undefined, refused].includes(wordsFor(entry)))
  const shown = once(here.pinned)
  judgeOrder(
    shown.map(({ entry }) => entry),
    wanted,
  )
  expect(here.pinned.length - shown.length, 'repeats').toBeLessThanOrEqual((died ? 1 : 0) + (act ? 1 : 0))
  if (!died && !act) expect(here.pinned.some(({ repeated }) => repeated)).toBe(false)
  const used = new Set(here.pinned.map(({ thread }) => thread))
  const customers = new Set(here.opened.map((one) => one.customer))
  expect(used.size, 'threads in use').toBe(customers.size)
  expect(here.opened.length).toBeLessThanOrEqual(customers.size + (died ? 1 : 0))
  const { dead } = await listDead(t.hub, WORKSPACE, { limit: 10 })
  expect(dead).toHaveLength(refused ? 1 : 0)
}

describe.each(Object.entries(scenarios))('%s', (_name, scenario) => {
  test('whenever the process dies', async () => {
    const calls = await atEveryCall(
      (fate) => play(scenario, fate),
      async (played, died) => {
        try {
          await judge(played, scenario, died)
        } finally {
          await played.t.stop()
        }
      },
    )
    expect(calls).toBeGreaterThan(15)
  })
})

test('the whole way of one message, from the customer to the board', async () => {
  await atEveryCall(
    async (fate) => {
      const here = newBoard()
      const { open, post } = here.calls
      const toolCalls = { board: { ...here.calls, open: fate.around(open), post: fate.around(post) } }
      const t = await pigeons({ parts: (hub) => ({ ...fate.over(hub), tools: { board }, toolCalls }) })
      await connect(t.hub, WORKSPACE, { kind: 'board' })
      const customer = await ann(t, 'north')
      t.clock.now += 1000
      await t.write('north', 'And again')
      fate.armed = true
      for (let round = 0; round < 4; round++) {
        if (await fate.dies(() => t.move(round === 0 ? 0 : 31_000))) await heal(t.hub, { workspace: WORKSPACE, log: customer })
      }
      fate.armed = false
      return { t, here, customer, fate }
    },
    async (played, died) => {
      try {
        await judge(played, {}, died)
      } finally {
        await played.t.stop()
      }
    },
  )
})
