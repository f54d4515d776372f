/** Templates open what is closed to free words; an address that nobody can write to is never taken. */
import { describe, expect, test } from 'vitest'
import { explain } from '../src/delivery/explain.ts'
import { type Policy, pick, type Reachable, type Way } from '../src/delivery/pick.ts'
import type { PartType } from '../src/message.ts'

const NOW = Date.parse('2026-01-05T12:00:00Z')
const ago = (hours: number) => new Date(NOW - hours * 3600_000).toISOString()

const way = (kind: string, can: Partial<Way['capabilities']> = {}): Way => ({
  connection: kind,
  kind,
  title: kind,
  status: 'live',
  account: kind,
  capabilities: { writeFirst: true, scope: 'global', media: {}, location: false, contact: false, ...can },
})
const templated = way('windowed', { writeFirst: false, templates: true, window: { hours: 24, lift: 'template' } })
const who = (channel: string, hours?: number, more: Partial<Reachable['identities'][number]> = {}) => ({
  key: `${channel}:*:ann`,
  channel,
  address: 'ann',
  connection: channel,
  ...(hours === undefined ? {} : { lastInAt: ago(hours) }),
  ...more,
})
const decide = (needs: PartType[], identities: Reachable['identities'], ways: Way[], more: Partial<Policy> = {}) =>
  pick({ ways, order: [], needs, failed: [], version: 'v1', seq: 1, ...more }, { identities }, NOW)

describe('a window that a template lifts', () => {
  const late = [who('windowed', 30)]
  test('closed: templates alone get through', () => {
    expect(decide(['template'], late, [templated]).chosen).toMatchObject({ channel: 'windowed' })
    expect(decide(['template', 'template'], late, [templated]).chosen).toMatchObject({ channel: 'windowed' })
    for (const needs of [['text'], ['template', 'text'], ['image'], []] satisfies PartType[][])
      expect([needs, decide(needs, late, [templated]).refused]).toEqual([
        needs,
        [expect.objectContaining({ why: 'windowClosed' })],
      ])
  })
  test('only where the channel carries templates and its window says so', () => {
    const others = [
      way('windowed', { window: { hours: 24 }, templates: true }),
      way('windowed', { window: { hours: 24, lift: 'template' } }),
    ]
    for (const other of others) expect(decide(['template'], late, [other]).refused).toMatchObject([{ why: 'windowClosed' }])
  })
  test('and they write first, from whichever account there is', () => {
    expect(decide(['template'], [who('windowed')], [templated]).chosen).toMatchObject({ connection: 'windowed' })
    expect(decide(['text'], [who('windowed')], [templated]).refused).toMatchObject([{ why: 'cannotWriteFirst' }])
    const gone: Way = { ...templated, connection: 'old', account: 'old', status: 'deleted' }
    const heard = [who('windowed', 1, { connection: 'old' })]
    expect(decide(['template'], heard, [gone, templated]).chosen).toMatchObject({ connection: 'windowed' })
    expect(decide(['text'], heard, [gone, templated]).refused).toMatchObject([{ why: 'disconnected' }])
  })
  test('but not to who opted out or blocked us', () => {
    const mark = { at: ago(1), why: 'stop' }
    expect(decide(['template'], [who('windowed', 30, { optedOut: mark })], [templated]).refused).toMatchObject([
      { why: 'optedOut' },
    ])
    expect(decide(['template'], [who('windowed', 30, { blocked: mark })], [templated]).refused).toMatchObject([
      { why: 'blocked' },
    ])
  })
})

describe('a template without words', () => {
  const identities = [who('plain', 1), who('windowed', 30)]
  test('goes only where templates are known', () => {
    const decision = decide(['template'], identities, [way('plain'), templated], { wordless: true })
    expect(decision.chosen).toMatchObject({ channel: 'windowed' })
    expect(decision.refused).toMatchObject([{ channel: 'plain', why: 'cannotCarry' }])
    expect(decide(['template'], identities, [way('plain'), templated]).chosen).toMatchObject({ channel: 'plain' })
  })
})

test('an address that takes no answers is told as such, and the next one is taken', () => {
  const identities = [who('plain', 1, { profile: { unanswerable: true }, address: 'SHOP' }), who('other', 2)]
  const current = { identity: 'plain:*:ann', at: ago(1) }
  const policy: Policy = { ways: [way('plain'), way('other')], order: [], needs: ['text'], failed: [], version: 'v1', seq: 1 }
  const decision = pick(policy, { identities, current }, NOW)
  expect(decision.chosen).toMatchObject({ channel: 'other' })
  expect(explain(decision, 'en', NOW)).toContain('plain takes no answers to SHOP')
  expect(explain(decision, 'ru', NOW)).toContain('plain: на SHOP ответить нельзя')
  expect(pick({ ...policy, via: 'plain' }, { identities }, NOW).chosen).toBeUndefined()
})
