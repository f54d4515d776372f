/** What facts make of a customer: where they are now, whether they left, since when they wait. */
import { describe, expect, test } from 'vitest'
import { foldAll } from '../src/customer/fold.ts'
import { partOf } from '../src/customer/merge.ts'
import { emptyState, proofsOf, type State } from '../src/customer/state.ts'
import type { Entry, Fact } from '../src/entry.ts'

const START = Date.parse('2026-01-05T08:00:00Z')
const HOUR = 3600_000
const at = (ms: number) => new Date(START + ms).toISOString()
const keyOf = (channel: string, address: string) => `${channel}:*:${address}`

let seq = 0
const entry = (fact: Fact, ms = seq * 1000): Entry => ({ ...fact, id: `f${++seq}`, log: 'log', seq, at: at(ms) })
const wrote = (channel: string, fields: { at?: string; automatic?: boolean; text?: string } = {}): Fact => ({
  kind: 'message',
  direction: 'in',
  channel,
  connection: `con_${channel}`,
  identity: keyOf(channel, 'ann'),
  provider: { id: 'p', ...(fields.at ? { at: fields.at } : {}) },
  parts: [{ type: 'text', text: fields.text ?? 'Hi' }],
  data: { address: 'ann', profile: { name: 'Ann' }, ...(fields.automatic ? { automatic: true } : {}) },
})
const optOut = (channel: string, why: 'stop' | 'blocked' | 'unsubscribed'): Fact => ({
  kind: 'optOut',
  channel,
  identity: keyOf(channel, 'ann'),
  data: { why },
})
const after = (...facts: [Fact, number?][]): State =>
  foldAll(
    emptyState(),
    facts.map(([fact, ms]) => entry(fact, ms)),
  )

describe('the current channel', () => {
  test.each<[string, string | undefined, [Fact, number?][]]>([
    ['nobody wrote', undefined, [[{ kind: 'note', data: { text: 'x' } }]]],
    [
      'the latest message',
      'south',
      [
        [wrote('north'), 0],
        [wrote('south'), 1000],
      ],
    ],
    [
      'by the provider’s time, not by arrival',
      'north',
      [
        [wrote('north'), 9000],
        [wrote('south', { at: at(1000) }), 9500],
      ],
    ],
    [
      'by the same instant, whatever its spelling',
      'north',
      [
        [wrote('north', { at: '2026-01-05T10:00:05+02:00' }), 9000],
        [wrote('south', { at: '2026-01-05T08:00:04Z' }), 9500],
      ],
    ],
    [
      'a provider’s clock that runs ahead counts as ours',
      'south',
      [
        [wrote('north', { at: at(5 * HOUR) }), 1000],
        [wrote('south'), 2000],
      ],
    ],
    [
      'a backlog of four hours does not count',
      'north',
      [
        [wrote('north'), 1000],
        [wrote('south', { at: at(2000) }), 4 * HOUR],
      ],
    ],
    [
      'an automatic answer does not count',
      'north',
      [
        [wrote('north'), 0],
        [wrote('south', { automatic: true }), 1000],
      ],
    ],
    [
      'nor does leaving',
      'north',
      [
        [wrote('north'), 0],
        [optOut('south', 'stop'), 1000],
      ],
    ],
    [
      'opening a chat does',
      'south',
      [
        [wrote('north'), 0],
        [{ kind: 'start', channel: 'south', identity: keyOf('south', 'ann'), data: {} }, 1000],
      ],
    ],
    [
      'equal times: the later entry',
      'south',
      [
        [wrote('north'), 1000],
        [wrote('south'), 1000],
      ],
    ],
    [
      'a time that is none counts as ours',
      'south',
      [
        [wrote('north'), 0],
        [wrote('south', { at: 'yesterday' }), 1000],
      ],
    ],
  ])('%s', (_name, channel, facts) => {
    expect(after(...facts).current?.identity).toBe(channel && keyOf(channel, 'ann'))
  })
})

describe('leaving and coming back', () => {
  const north = (...facts: Fact[]) => after(...facts.map((fact): [Fact] => [fact])).identities[0]
  const optIn: Fact = { kind: 'optIn', channel: 'north', identity: keyOf('north', 'ann'), data: {} }
  test('a STOP needs a START; a word undoes a block', () => {
    expect(north(wrote('north'), optOut('north', 'stop'), wrote('north'))?.optedOut?.why).toBe('stop')
    expect(north(wrote('north'), optOut('north', 'stop'), optIn)?.optedOut).toBeUndefined()
    expect(north(wrote('north'), optOut('north', 'blocked'), wrote('north'))?.blocked).toBeUndefined()
    expect(north(wrote('north'), optOut('north', 'unsubscribed'), wrote('north'))?.optedOut).toBeUndefined()
  })
})

test('waiting since: their first unanswered word; an answer or closing ends it, a word opens again', () => {
  const answer: Fact = { kind: 'message', direction: 'out', parts: [{ type: 'text', text: 'Yes' }] }
  const close: Fact = { kind: 'set', data: { status: 'closed' } }
  expect(after([wrote('north'), 1000], [wrote('north'), 2000]).waitingSince).toBe(at(1000))
  expect(after([wrote('north'), 1000], [answer, 2000]).waitingSince).toBeUndefined()
  expect(after([wrote('north'), 1000], [close, 2000])).toMatchObject({ status: 'closed', waitingSince: undefined })
  expect(after([close, 1000], [wrote('north'), 2000])).toMatchObject({ status: 'open', waitingSince: at(2000) })
})

test('a preview ends at a whole character', () => {
  const { preview = '' } = after([wrote('north', { text: `${'x'.repeat(98)}🙂🙂` })])
  expect(preview.isWellFormed()).toBe(true)
  expect(preview.length).toBeLessThanOrEqual(100)
})

test('the part of a state that goes with some identities keeps only theirs', () => {
  const state = after([wrote('north'), 1000], [wrote('south'), 2000])
  const part = partOf(state, ({ channel }) => channel === 'north')
  expect(part).toMatchObject({ current: { identity: keyOf('north', 'ann') } })
  expect(part.identities).toHaveLength(1)
  expect(proofsOf(part)).toEqual([])
})
