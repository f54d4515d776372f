/** `pick` and what is said of it: pure, total, the same bytes twice; never one that was refused; first the agent's word, then where they wrote. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Decision } from '../src/delivery/decision.ts'
import { explain, relative } from '../src/delivery/explain.ts'
import { type Policy, pick, type Reachable, type Way } from '../src/delivery/pick.ts'

const NOW = Date.parse('2026-01-05T12:00:00Z')
const HOUR = 3600_000
const ago = (hours: number) => new Date(NOW - hours * HOUR).toISOString()
const kinds = ['north', 'south', 'west']
const titles: Record<string, string> = { north: 'North', south: 'South "&" Co', west: 'Запад' }

const arbWay: fc.Arbitrary<Way> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    n: fc.integer({ min: 0, max: 2 }),
    status: fc.constantFrom('connecting', 'live', 'live', 'live', 'paused', 'broken', 'deleted'),
    hours: fc.option(fc.constantFrom(1, 24, 168), { nil: undefined }),
    writeFirst: fc.boolean(),
    scope: fc.constantFrom('global', 'connection'),
  } satisfies Record<string, fc.Arbitrary<unknown>>)
  .map(({ kind, n, status, hours, writeFirst, scope }) => ({
    connection: `${kind}${n}`,
    kind,
    title: titles[kind] ?? kind,
    status,
    account: `account:${n}`,
    capabilities: {
      ...(hours ? { window: { hours } } : {}),
      writeFirst,
      scope,
      media: {},
      location: false,
      contact: false,
    },
  }))

const arbMark = fc.option(
  fc.constantFrom('stop', 'blocked').map((why) => ({ at: ago(1), why })),
  { nil: undefined, freq: 4 },
)
const arbIdentity = fc
  .record({
    channel: fc.constantFrom(...kinds),
    address: fc.constantFrom('ann', 'bob', 'a:b'),
    n: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    global: fc.boolean(),
    hours: fc.option(fc.double({ min: -1, max: 200, noNaN: true }), { nil: undefined }),
    optedOut: arbMark,
    blocked: arbMark,
  })
  .map(({ channel, address, n, global, hours, optedOut, blocked }) => ({
    key: `${channel}:${global ? '*' : encodeURIComponent(`account:${n ?? 0}`)}:${address}`,
    channel,
    address,
    connection: n === undefined ? undefined : `${channel}${n}`,
    lastInAt: hours === undefined ? undefined : ago(hours),
    optedOut,
    blocked,
  }))

const arbState: fc.Arbitrary<Reachable> = fc
  .record({
    identities: fc.uniqueArray(arbIdentity, { selector: ({ key }) => key, maxLength: 6 }),
    current: fc.option(fc.nat(7), { nil: undefined }),
    wish: fc.option(fc.constantFrom(...kinds), { nil: undefined }),
  })
  .map(({ identities, current, wish }) => {
    const key = current === undefined ? undefined : (identities[current]?.key ?? 'gone:*:x')
    return { identities, wish, current: key ? { identity: key, at: ago(1) } : undefined }
  })

const arbPolicy: fc.Arbitrary<Policy> = fc.record({
  ways: fc.uniqueArray(arbWay, { selector: ({ connection }) => connection, maxLength: 6 }),
  order: fc.uniqueArray(fc.constantFrom(...kinds), { maxLength: 3 }),
  via: fc.option(fc.constantFrom(...kinds, 'north0', 'south1', 'north:*:ann', 'nowhere'), { nil: undefined, freq: 3 }),
  needs: fc.constant(['text' as const]),
  failed: fc.subarray(['north:*:ann', 'south:*:bob', 'west:*:ann']),
  version: fc.constant('v1'),
  seq: fc.nat(1000),
})

const check = (property: (policy: Policy, state: Reachable, decision: Decision) => void) =>
  fc.assert(
    fc.property(arbPolicy, arbState, (policy, state) => property(policy, state, pick(policy, state, NOW))),
    { numRuns: 2000 },
  )

describe('whatever it is asked', () => {
  test('every candidate is accounted for once: chosen, held, or refused with a reason', () => {
    check((_policy, state, decision) => {
      const { chosen, held, refused } = decision
      const told = [chosen, held, ...refused].flatMap((one) => (one ? [one.identity] : []))
      expect(chosen && held).toBeUndefined()
      expect(told.toSorted()).toEqual(state.identities.map(({ key }) => key).toSorted())
      expect(Decision.parse(JSON.parse(JSON.stringify(decision)))).toEqual(JSON.parse(JSON.stringify(decision)))
    })
  })

  test('the same inputs give the same bytes, and the inputs stay as they were', () => {
    check((policy, state, decision) => {
      const before = JSON.stringify([policy, state])
      expect(JSON.stringify(pick(policy, state, NOW))).toBe(JSON.stringify(decision))
      expect(JSON.stringify([policy, state])).toBe(before)
    })
  })

  test('the chosen one is live, not opted out, not blocked, not failed, inside its window', () => {
    check((policy, state, { chosen }) => {
      if (!chosen) return
      const identity = state.identities.find(({ key }) => key === chosen.identity)
      const way = policy.ways.find(({ connection }) => connection === chosen.connection)
      expect(way).toMatchObject({ status: 'live', kind: chosen.channel })
      expect([identity?.optedOut, identity?.blocked]).toEqual([undefined, undefined])
      expect(policy.failed).not.toContain(chosen.identity)
      if (!identity?.lastInAt) expect(way?.capabilities.writeFirst).toBe(true)
      const hours = way?.capabilities.window?.hours
      if (hours) expect(Date.parse(identity?.lastInAt ?? '') + hours * HOUR).toBeGreaterThan(NOW)
    })
  })

  test('an address that is valid for one account leaves by that account', () => {
    check((policy, _state, { chosen }) => {
      const way = policy.ways.find(({ connection }) => connection === chosen?.connection)
      if (!chosen || !way || chosen.identity.split(':')[1] === '*' || way.capabilities.scope === 'global') return
      expect(chosen.identity.startsWith(`${way.kind}:${encodeURIComponent(way.account)}:`)).toBe(true)
    })
  })

  test('the agent’s word binds: there, or nowhere', () => {
    check(({ via }, state, { chosen }) => {
      if (!via || !chosen) return
      const identity = state.identities.find(({ key }) => key === chosen.identity)
      expect([identity?.key, identity?.channel, identity?.connection, chosen.connection]).toContain(via)
    })
  })

  test('where they last wrote comes first: anything else only when that is refused for good', () => {
    check(({ via, ways }, { current }, { chosen, held, refused }) => {
      const best = chosen ?? held
      if (via || !current || !best || best.identity === current.identity) return
      const now = refused.find(({ identity }) => identity === current.identity)
      if (!now) return
      expect(['behind', 'notAsked']).not.toContain(now.why)
      const status = ways.find(({ connection }) => connection === now.connection)?.status
      if (now.why === 'disconnected') expect(['broken', 'paused']).not.toContain(status)
    })
  })

  test('held: the connection is broken or paused, nothing else is against it, and no other can reach the same address', () => {
    check((policy, state, { held }) => {
      if (!held) return
      const { ways } = policy
      expect(ways.find(({ connection }) => connection === held.connection)?.status).toBe(held.status)
      const revived = ways.map((one) => (one.connection === held.connection ? { ...one, status: 'live' as const } : one))
      const { status, ...rest } = held
      expect(pick({ ...policy, ways: revived }, state, NOW).chosen).toEqual(rest)
      const one = revived.find(({ connection }) => connection === held.connection) ?? way('none')
      const twin = { ...one, connection: 'twin', capabilities: { ...one.capabilities, scope: 'global' as const } }
      expect(pick({ ...policy, ways: [...ways, twin] }, state, NOW).chosen).toMatchObject({ identity: held.identity })
    })
  })

  test('it is told in a sentence that names the channel, in both languages', () => {
    check((_policy, _state, decision) => {
      for (const language of ['en', 'ru'] as const) {
        const words = explain(decision, language, NOW)
        expect(words).toMatch(/\S\.$/)
        expect(words).not.toMatch(/undefined|NaN|Invalid|\[object/)
        const best = decision.chosen ?? decision.held
        if (best) expect(words.startsWith(best.title)).toBe(true)
        for (const { why, title } of decision.refused) if (why !== 'behind' && why !== 'notAsked') expect(words).toContain(title)
      }
    })
  })
})

const way = (kind: string, can: Partial<Way['capabilities']> = {}, status: Way['status'] = 'live'): Way => ({
  connection: kind,
  kind,
  title: titles[kind] ?? kind,
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
  ways: kinds.map((kind) => way(kind)),
  order: [],
  needs: ['text'],
  failed: [],
  version: 'v1',
  seq: 1,
  ...fields,
})
const chosen = (fields: Partial<Policy>, state: Reachable) => {
  const { chosen: one } = pick(policy(fields), state, NOW)
  return one && `${one.channel}: ${one.reason}`
}

describe('the order', () => {
  const identities = [who('north', 3), who('south', 2), who('west', 1)]
  const current = { identity: 'north:*:ann', at: ago(3) }
  test('via, current, wish, configured order, most recent', () => {
    const all = { identities, current, wish: 'south' }
    expect(chosen({ via: 'west', order: ['west'] }, all)).toBe('west: via')
    expect(chosen({ order: ['west'] }, all)).toBe('north: current')
    expect(chosen({ order: ['west'], failed: ['north:*:ann'] }, all)).toBe('south: wish')
    expect(chosen({ order: ['west', 'south'] }, { identities })).toBe('west: order')
    expect(chosen({ order: ['south', 'west'] }, { identities })).toBe('south: order')
    expect(chosen({}, { identities })).toBe('west: recent')
  })

  test('a connection that the agent names is taken, if it can reach the same address', () => {
    const ways = [way('north'), { ...way('north'), connection: 'second', account: 'another' }, way('west')]
    const one = { identities: [who('north', 1)] }
    const via = (name: string, more: Partial<Policy> = {}) => pick(policy({ ways, via: name, ...more }), one, NOW)
    expect(via('second').chosen).toMatchObject({ connection: 'second', identity: 'north:*:ann', reason: 'via' })
    expect(via('west').refused).toMatchObject([{ why: 'notAsked' }])
    const scoped = ways.map((each) => ({ ...each, capabilities: { ...each.capabilities, scope: 'connection' as const } }))
    expect(via('second', { ways: scoped }).refused).toMatchObject([{ why: 'notAsked' }])
    const mute = ways.map((each) => ({ ...each, capabilities: { ...each.capabilities, writeFirst: false } }))
    expect(via('second', { ways: mute }).refused).toMatchObject([{ why: 'notAsked' }])
    const paused = ways.map((each) => (each.connection === 'second' ? { ...each, status: 'paused' as const } : each))
    expect(via('second', { ways: paused }).held).toMatchObject({ connection: 'second', status: 'paused' })
  })

  test('nobody to write to', () => {
    const decision = pick(policy(), { identities: [] }, NOW)
    expect(decision).toEqual({ at: new Date(NOW).toISOString(), seq: 1, version: 'v1', refused: [] })
    expect(explain(decision, 'en', NOW)).toBe('Nowhere to send: this customer has no address on a connected channel.')
  })
})

describe('the window', () => {
  const south = (minutes: number) => {
    const state = { identities: [who('south', 24 - minutes / 60)] }
    return pick(policy({ ways: [way('south', { window: { hours: 24 } })] }), state, NOW)
  }
  test('counts as closed ten minutes early: our clock and theirs are not one', () => {
    expect(south(11).chosen).toMatchObject({ channel: 'south', windowClosesAt: new Date(NOW + 11 * 60_000).toISOString() })
    expect(south(10)).toMatchObject({ refused: [{ why: 'windowClosed' }] })
    expect(south(-60)).toMatchObject({ refused: [{ why: 'windowClosed', detail: ago(1) }] })
    expect(explain(south(-60), 'en', NOW)).toBe(`Nowhere to send; South "&" Co's window closed 1 hour ago.`)
  })
})

test('the sentence of the design', () => {
  const identities = [who('north', 2 / 60), who('south', 48)]
  const ways = [way('north'), way('south', { window: { hours: 24 } })]
  const decision = pick(policy({ ways }), { identities, current: { identity: 'north:*:ann', at: ago(2 / 60) } }, NOW)
  expect(explain(decision, 'en', NOW)).toBe(
    `North, because they wrote there 2 minutes ago; South "&" Co's window closed yesterday.`,
  )
  expect(explain(decision, 'ru', NOW)).toBe('North: оттуда написали 2 минуты назад; South "&" Co: окно закрылось вчера.')
})

test('a date that is none does not throw', () => {
  expect(() => relative('not a date', NOW, 'en')).not.toThrow()
  const identities = [who('north', undefined, { lastInAt: 'broken' })]
  expect(() => pick(policy({ ways: [way('north', { window: { hours: 24 } })] }), { identities }, NOW)).not.toThrow()
})
