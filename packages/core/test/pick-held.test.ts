/** A connection that is broken or paused holds what would go out on it; one that is gone does not. */
import { describe, expect, test } from 'vitest'
import { explain } from '../src/delivery/explain.ts'
import { type Policy, pick, type Reachable, type Way } from '../src/delivery/pick.ts'

const NOW = Date.parse('2026-01-05T12:00:00Z')
const ago = (hours: number) => new Date(NOW - hours * 3600_000).toISOString()

const way = (kind: string, can: Partial<Way['capabilities']> = {}, status: Way['status'] = 'live'): Way => ({
  connection: kind,
  kind,
  title: kind[0]?.toUpperCase() + kind.slice(1),
  status,
  account: kind,
  capabilities: { writeFirst: true, scope: 'global', media: {}, location: false, contact: false, ...can },
})
const who = (channel: string, hours?: number, more: Partial<Reachable['identities'][number]> = {}) => ({
  key: `${channel}:*:ann`,
  channel,
  address: 'ann',
  connection: channel,
  ...(hours === undefined ? {} : { lastInAt: ago(hours) }),
  ...more,
})
const policy = (fields: Partial<Policy> = {}): Policy => ({
  ways: [way('north'), way('west')],
  order: [],
  needs: ['text'],
  failed: [],
  version: 'v1',
  seq: 1,
  ...fields,
})

describe('a connection that is broken or paused', () => {
  const identities = [who('north', 1), who('west', 2)]
  const state = { identities, current: { identity: 'north:*:ann', at: ago(1) } }
  const decide = (status: Way['status'], fields: Partial<Policy> = {}, more: Partial<Reachable['identities'][number]> = {}) =>
    pick(
      policy({ ways: [way('north', {}, status), way('west')], ...fields }),
      { ...state, identities: [who('north', 1, more), who('west', 2)] },
      NOW,
    )

  test('holds the reply instead of sending it elsewhere, and says what to do', () => {
    const broken = decide('broken')
    expect(broken).toMatchObject({
      held: { channel: 'north', reason: 'current', status: 'broken' },
      refused: [{ why: 'behind' }],
    })
    expect(broken.chosen).toBeUndefined()
    expect(explain(broken, 'en', NOW)).toBe(`North's access was revoked; connect it again and this goes out.`)
    expect(explain(broken, 'ru', NOW)).toBe('North: доступ отозван; подключите снова, и сообщение уйдёт.')
    expect(explain(decide('paused'), 'en', NOW)).toBe('North is paused; resume it and this goes out.')
  })

  test('unless the agent named another, it failed there for good, or nobody may write there', () => {
    expect(decide('broken', { via: 'west' }).chosen).toMatchObject({ channel: 'west', reason: 'via' })
    expect(decide('broken', { via: 'north' }).held).toMatchObject({ channel: 'north', reason: 'via' })
    expect(decide('broken', { failed: ['north:*:ann'] }).chosen).toMatchObject({ channel: 'west' })
    expect(decide('broken', {}, { blocked: { at: ago(1), why: 'blocked' } }).chosen).toMatchObject({ channel: 'west' })
    expect(decide('broken', { ways: [way('north', { window: { hours: 1 } }, 'broken'), way('west')] }).chosen).toMatchObject({
      channel: 'west',
    })
  })

  test('one that is deleted or was never made holds nothing', () => {
    for (const status of ['deleted', 'connecting'] as const)
      expect(decide(status)).toMatchObject({ chosen: { channel: 'west' }, refused: [{ why: 'disconnected', detail: status }] })
    expect(decide('live', { ways: [way('west')] })).toMatchObject({
      chosen: { channel: 'west' },
      refused: [{ why: 'disconnected' }],
    })
  })

  test('behind the chosen one it is told as what it is', () => {
    const decision = pick(policy({ ways: [way('north'), way('west', {}, 'paused')] }), state, NOW)
    expect(explain(decision, 'en', NOW)).toBe('North, because they wrote there 1 hour ago; West is paused.')
  })
})
