/**
 * The process dies before and after each of its calls to the store, the queue, the blobs and the provider while files are fetched. Each
 * file of a message gets one `media` entry, in order, with our copy or with the word that it could not be had; no copy lies there unnamed.
 */
import { describe, expect, test } from 'vitest'
import { isIncoming } from '../src/entry.ts'
import { mergeCustomers } from '../src/flow/change.ts'
import { heal } from '../src/flow/heal.ts'
import { isMedia, type Part } from '../src/message.ts'
import { atEveryCall, type Fate } from './deliver/crash.ts'
import { later, type Pigeons, pigeons } from './deliver/pigeons.ts'
import { olga, timeline } from './deliver/story.ts'
import { listedBlobs } from './hub/crash.ts'
import { WORKSPACE } from './hub.ts'

type Carry = (ref: string) => void
type Scenario = {
  carry?: (t: Pigeons) => Carry
  /** Two customers who become one before anything is fetched. */
  merged?: true
  /** Files that may end as failed. */
  doubtful?: string[]
  /** Files that must. */
  lost?: string[]
}

const scenarios: Record<string, Scenario> = {
  'all goes well': {},
  'two customers become one': { merged: true },
  'the provider is down for a while': {
    carry: (t) => {
      const until = t.clock.now + 60_000
      return () => {
        if (t.clock.now < until) throw later(10)
      }
    },
  },
  'one file is gone for ever': {
    lost: ['two'],
    carry: () => (ref) => {
      if (ref === 'two') throw later(10)
    },
  },
  'each file is given out once': {
    doubtful: ['one', 'two', 'three'],
    carry: () => {
      const given = new Set<string>()
      return (ref) => {
        if (given.has(ref)) throw later(10)
        given.add(ref)
      }
    },
  },
  'a file comes back after we gave it up': {
    doubtful: ['one'],
    carry: () => {
      let asked = 0
      return (ref) => {
        if (ref === 'one' && ++asked <= 6) throw later(10)
      }
    },
  },
}

const image = (ref: string): Part => ({ type: 'image', media: { ref } })
const text = (words: string): Part => ({ type: 'text', text: words })

type Played = { t: Pigeons; customer: string; names: () => string[] }

async function play({ carry, merged }: Scenario, fate: Fate): Promise<Played> {
  const blobs = listedBlobs()
  const t = await pigeons({ parts: (hub) => fate.over({ ...hub, blobs }) })
  let number = 0
  const write = async (kind: string, ...parts: Part[]) => {
    t.clock.now += 1000
    await t.tell(kind, { type: 'message', id: `f${++number}`, from: { address: 'ann', name: 'Ann' }, parts })
  }
  await write('north', text('Look'), image('one'), image('two'))
  await write('north', text('Nice?'))
  await write(merged ? 'west' : 'north', image('three'))
  let customer = await t.log('north')
  if (merged) customer = (await mergeCustomers(t.hub, WORKSPACE, customer, await t.log('west'), olga)).id
  const given = carry?.(t)
  t.carry(fate.around(async (ref) => given?.(ref)))
  fate.armed = true
  for (let round = 0; round < 20; round++) {
    if (await fate.dies(() => t.move(round === 0 ? 0 : 31_000))) await heal(t.hub, { workspace: WORKSPACE, log: customer })
  }
  fate.armed = false
  return { t, customer, names: blobs.names }
}

async function judge({ t, customer, names }: Played, { doubtful = [], lost = [] }: Scenario): Promise<void> {
  const entries = await timeline(t, customer)
  const asked = entries
    .filter(isIncoming)
    .flatMap(({ id, log, parts }) =>
      parts.flatMap((part, index) => (isMedia(part) ? [{ at: `${id}/${index}`, log, ref: part.media.ref ?? '' }] : [])),
    )
  const got = entries.flatMap((entry) => (entry.kind === 'media' ? [entry.data] : []))
  const atOf = ({ entry, part }: { entry: string; part: number }) => `${entry}/${part}`
  expect(got.map(atOf).toSorted()).toEqual(asked.map(({ at }) => at).toSorted())
  for (const log of new Set(asked.map((one) => one.log))) {
    const theirs = asked.filter((one) => one.log === log).map(({ at }) => at)
    expect(got.map(atOf).filter((at) => theirs.includes(at))).toEqual(theirs)
  }
  for (const one of got) {
    const { ref = '' } = asked.find(({ at }) => at === atOf(one)) ?? {}
    if (lost.includes(ref)) expect(one).toMatchObject({ failed: expect.any(String) })
    else if (!doubtful.includes(ref)) expect(one.failed).toBeUndefined()
    if (one.failed) expect(one.blob).toBeUndefined()
    else expect(Buffer.from((await t.hub.blobs.get(one.blob ?? ''))?.bytes ?? []).toString()).toBe(`bytes of ${ref}`)
  }
  expect(names()).toEqual(got.flatMap(({ blob }) => (blob ? [blob] : [])).toSorted())
}

describe.each(Object.entries(scenarios))('%s', (_name, scenario) => {
  test('whenever the process dies', async () => {
    const calls = await atEveryCall(
      (fate) => play(scenario, fate),
      async (played) => {
        try {
          await judge(played, scenario)
        } finally {
          await played.t.stop()
        }
      },
    )
    expect(calls).toBeGreaterThan(15)
  })
})
