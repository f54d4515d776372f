/**
 * The process dies before and after each of its calls to the store and the queue while replies are on their way, and comes back when the
 * hold is over. No part is ever sent twice; each is out, or said to be unknown or failed where agents see it; order holds.
 */
import { describe, expect, test } from 'vitest'
import { reconnect } from '../src/connection/connect.ts'
import { heal } from '../src/flow/heal.ts'
import { wake } from '../src/flow/wake.ts'
import { atEveryCall, type Fate } from './deliver/crash.ts'
import { later, never, type Pigeons, pigeons, type Script, unclear } from './deliver/pigeons.ts'
import { ann, answer, delivery, failures, replies } from './deliver/story.ts'
import { WORKSPACE } from './hub.ts'

type Scenario = {
  kinds: string[]
  script: (t: Pigeons) => Script
  /** Somebody sets it right in the middle. */
  mend?: (t: Pigeons) => Promise<void>
  /** No way is open, so that a reply may end as failed. */
  hopeless?: boolean
}

const scenarios: Record<string, Scenario> = {
  'all goes well': { kinds: ['north'], script: () => () => {} },
  'all goes well where the provider knows its own ids only': { kinds: ['south'], script: () => () => {} },
  'the current way refuses': {
    kinds: ['west', 'north'],
    script: () => (call) => {
      if (call.kind === 'north') throw never()
    },
  },
  'the customer has blocked us there': {
    kinds: ['west', 'north'],
    script: () => (call) => {
      if (call.kind === 'north') throw never({ code: 'blocked', effect: 'blocked' })
    },
  },
  'every way refuses': {
    kinds: ['west', 'north'],
    hopeless: true,
    script: () => () => {
      throw never()
    },
  },
  'the provider asks to wait': {
    kinds: ['north'],
    script: (t) => {
      const until = t.clock.now + 60_000
      return (call) => {
        if (call.text === '1b' && t.clock.now < until) throw later(45)
      }
    },
  },
  'the token is revoked, and connected again': {
    kinds: ['west', 'north'],
    script: () => (call) => {
      if (call.kind === 'north') throw never({ code: 'unauthorized', effect: 'unauthorized' })
    },
    mend: async (t) => {
      t.script(() => {})
      await reconnect(t.hub, WORKSPACE, t.connections.north?.id ?? '')
      await wake(t.hub, WORKSPACE)
    },
  },
  'an answer is lost': {
    kinds: ['north'],
    script: () => (call) => {
      if (call.text === '1a') throw unclear()
    },
  },
}

/** Two replies; the process dies where fate wills, and the queue and the healer bring the work back. */
async function play({ kinds, script, mend }: Scenario, fate: Fate): Promise<Pigeons & { customer: string }> {
  const t = await pigeons({ parts: (hub) => fate.over(hub) })
  const customer = await ann(t, ...kinds)
  t.script(script(t))
  await answer(t, customer, ['1a', '1b'])
  await answer(t, customer, '2')
  fate.armed = true
  for (let round = 0; round < 12; round++) {
    if (await fate.dies(() => t.move(round === 0 ? 0 : 31_000))) await heal(t.hub, { workspace: WORKSPACE, log: customer })
    if (round !== 5 || !mend) continue
    const armed: boolean = fate.armed
    fate.armed = false
    await mend(t)
    fate.armed = armed
  }
  fate.armed = false
  return { ...t, customer }
}

async function judge(t: Pigeons & { customer: string }, { hopeless }: Scenario): Promise<void> {
  const references = t.sent.map(({ reference }) => reference)
  expect(references, 'sent twice').toEqual([...new Set(references)])
  expect(t.sent.map(({ text }) => text)).toEqual(t.sent.map(({ text }) => text).toSorted())
  const told = await failures(t, t.customer)
  let unknown = 0
  for (const entry of await replies(t, t.customer)) {
    const { units } = await delivery(t, entry)
    // A reply that is refused everywhere is refused as a whole, at its first part.
    expect(units).toHaveLength(units[0]?.state === 'failed' ? 1 : entry.parts.length)
    for (const { unit, state } of units) {
      const out = references.filter((one) => one.endsWith(`.${entry.seq}.${unit}`)).length
      const visible = told.filter((failure) => failure.entry === entry.id && failure.unit === unit)
      if (state === 'accepted') expect(out).toBe(1)
      else {
        // The parts after one that may be out stay on its way, and fail there with it.
        expect(hopeless || unit > 0 ? ['unknown', 'failed'] : ['unknown']).toContain(state)
        expect(visible.map((one) => one.state)).toContain(state)
        if (state === 'failed') expect(out).toBe(0)
        else unknown++
      }
    }
  }
  const lost = t.tried.length - t.sent.length
  expect(unknown, 'more is unknown than one death and one lost answer can make').toBeLessThanOrEqual(lost > 0 ? 2 : 1)
}

/** Whatever is known to be out can be ticked by the provider's id; by our own reference also what nobody knew to be out. */
async function tickAll(t: Pigeons & { customer: string }): Promise<void> {
  for (const { kind, id, reference } of t.sent) {
    const [, , seq, unit] = reference.split('.').map(Number)
    const entry = (await replies(t, t.customer)).find((one) => one.seq === seq)
    if (!entry || unit === undefined) throw new Error('sent, but not in the stream')
    const { state } = (await delivery(t, entry)).units[unit] ?? {}
    if (kind === 'south' && state !== 'accepted') continue
    await t.tell(kind, { type: 'receipt', id, state: 'delivered', ...(kind === 'south' ? {} : { reference }) })
    expect((await delivery(t, entry)).units[unit]?.state, `${kind} ${seq} ${unit}`).toBe('delivered')
  }
}

describe.each(Object.entries(scenarios))('%s', (_name, scenario) => {
  test('whenever the process dies', async () => {
    const calls = await atEveryCall(
      (fate) => play(scenario, fate),
      async (t) => {
        try {
          await judge(t, scenario)
          await tickAll(t)
        } finally {
          await t.stop()
        }
      },
    )
    expect(calls).toBeGreaterThan(15)
  })
})
