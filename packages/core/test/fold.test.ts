/** `fold`: facts to state. In pieces as whole, through JSON and back, of bounded size, and with what later versions know left alone. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fold, foldAll } from '../src/customer/fold.ts'
import { mergeStates } from '../src/customer/merge.ts'
import { emptyState, type State, upgrade } from '../src/customer/state.ts'
import type { Entry, Fact } from '../src/entry.ts'

const START = Date.parse('2026-01-05T08:00:00Z')
const HOUR = 3600_000
const at = (ms: number) => new Date(START + ms).toISOString()
const json = (state: State): unknown => JSON.parse(JSON.stringify(state))
const kinds = ['north', 'south', 'west']
const keyOf = (channel: string, address: string) => `${channel}:*:${address}`

const arbWho = fc.record({ channel: fc.constantFrom(...kinds), address: fc.constantFrom('ann', 'bob', 'a:b', 'ё') })
const arbText = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('x'.repeat(8000), '🙂'.repeat(400)))
const arbProfile = fc.record(
  {
    name: fc.string({ maxLength: 20 }),
    phone: fc.constantFrom('+15005550006', '+15005550007'),
    email: fc.constant('a@b.example'),
  },
  { requiredKeys: [] },
)
const from = fc
  .record({
    who: arbWho,
    profile: arbProfile,
    late: fc.option(fc.integer({ min: -HOUR, max: 5 * HOUR }), { nil: undefined }),
    id: fc.nat(),
  })
  .map(({ who, profile, late, id }) => ({
    channel: who.channel,
    connection: `con_${who.channel}`,
    identity: keyOf(who.channel, who.address),
    who: { address: who.address, profile },
    late,
    id: String(id),
  }))

const arbFact: fc.Arbitrary<(n: number) => Fact> = fc.oneof(
  fc.record({ from, text: arbText, automatic: fc.boolean(), thread: fc.boolean(), media: fc.boolean() }).map(
    (m) =>
      (n: number): Fact => ({
        kind: 'message',
        direction: 'in',
        channel: m.from.channel,
        connection: m.from.connection,
        identity: m.from.identity,
        provider: { id: m.from.id, ...(m.from.late === undefined ? {} : { at: at(n * 1000 - m.from.late) }) },
        parts: m.media ? [{ type: 'image', media: { ref: 'r' } }] : [{ type: 'text', text: m.text }],
        data: { ...m.from.who, ...(m.automatic && { automatic: true }), ...(m.thread && { thread: { n } }) },
      }),
  ),
  arbText.map((text) => (): Fact => ({ kind: 'message', direction: 'out', parts: [{ type: 'text', text }] })),
  fc.record({ from, why: fc.constantFrom('stop', 'blocked', 'unsubscribed', 'complaint', 'bounce') }).map(
    ({ from: one, why }) =>
      (): Fact => ({
        kind: 'optOut',
        channel: one.channel,
        identity: one.identity,
        data: { why },
      }),
  ),
  from.map((one) => (): Fact => ({ kind: 'optIn', channel: one.channel, identity: one.identity, data: one.who })),
  from.map(
    (one) => (): Fact => ({
      kind: 'proof',
      channel: one.channel,
      identity: one.identity,
      data: { of: 'phone', value: '+15005550009' },
    }),
  ),
  fc
    .record({
      name: fc.option(fc.string({ maxLength: 20 }), { nil: undefined }),
      status: fc.option(fc.constantFrom('open', 'closed'), { nil: undefined }),
      assignee: fc.option(fc.option(fc.constantFrom('olga', 'ivan')), { nil: undefined }),
      tags: fc.record({ add: fc.array(fc.constantFrom('vip', 'late', 'b2b')), remove: fc.array(fc.constantFrom('vip', 'late')) }),
      fields: fc.dictionary(fc.constantFrom('size', 'city', '__proto__'), fc.option(fc.string({ maxLength: 10 }))),
    })
    .map((data) => (): Fact => ({ kind: 'set', data })),
  fc.constantFrom<(n: number) => Fact>(
    () => ({ kind: 'note', data: { text: 'called' } }),
    () => ({ kind: 'activity', data: { type: 'purchase', title: 'Shoes' } }),
    (n) => ({ kind: 'suggestion', data: { customer: `c${n % 9}`, words: 'Looks like one.' } }),
    (n) => ({ kind: 'joined', data: { from: `log${n}`, state: { ...emptyState(), tags: ['old'], inbound: 2 } } }),
    () => ({ kind: 'failure', data: { entry: 'e', state: 'failed', code: 'unknown', words: 'no' } }),
  ),
)
const arbEntries = (maxLength: number) =>
  fc.array(arbFact, { maxLength, size: 'max' }).map((facts) =>
    facts.map(
      (make, index): Entry => ({
        ...make(index + 1),
        id: `e${index + 1}`,
        log: 'log',
        seq: index + 1,
        at: at((index + 1) * 1000),
      }),
    ),
  )

describe('whatever happened', () => {
  test('folding in pieces, each stored and read again, equals folding the whole', () => {
    fc.assert(
      fc.property(arbEntries(40), fc.array(fc.nat(40), { maxLength: 5 }), (entries, cuts) => {
        const whole = foldAll(emptyState(), entries)
        let pieces = emptyState()
        let done = 0
        for (const cut of [...cuts.toSorted((a, b) => a - b), entries.length]) {
          pieces = upgrade(json(foldAll(pieces, entries.slice(done, Math.max(done, cut)))))
          done = Math.max(done, cut)
        }
        expect(json(pieces)).toEqual(json(whole))
      }),
      { numRuns: 300 },
    )
  })

  test('a state goes through JSON and `upgrade` unchanged, and folding changes no state that was given', () => {
    fc.assert(
      fc.property(arbEntries(20), (entries) => {
        let state = emptyState()
        for (const entry of entries) {
          const before = JSON.stringify(state)
          const next = fold(state, entry)
          expect(JSON.stringify(state)).toBe(before)
          expect(json(upgrade(json(next)))).toEqual(json(next))
          state = next
        }
      }),
      { numRuns: 200 },
    )
  })

  test('what a later version keeps in a state stays there (rollback)', () => {
    fc.assert(
      fc.property(arbEntries(15), (entries) => {
        const later = {
          ...emptyState(),
          version: 9,
          mood: 'good',
          identities: [{ key: 'x:*:y', channel: 'x', address: 'y', badge: 3 }],
        }
        const state = foldAll(upgrade(later), entries)
        expect(state).toMatchObject({ version: 9, mood: 'good' })
        expect(state.identities[0]).toMatchObject({ key: 'x:*:y', badge: 3 })
        const joined = mergeStates(state, upgrade(later), 'other')
        expect(joined).toMatchObject({ mood: 'good' })
      }),
      { numRuns: 100 },
    )
  })

  test('the state of five identities stays below 8 KB, however long the stream', () => {
    fc.assert(
      fc.property(arbEntries(200), (entries) => {
        const people = entries.filter(
          (entry) => !entry.identity || kinds.slice(0, 1).some((kind) => entry.identity?.startsWith(kind)),
        )
        expect(Buffer.byteLength(JSON.stringify(foldAll(emptyState(), people)))).toBeLessThan(8 * 1024)
      }),
      { numRuns: 60 },
    )
  })

  test('nothing still to do is forgotten: its number is listed, or all before it are to be read', () => {
    fc.assert(
      fc.property(arbEntries(120), (entries) => {
        const { deliver, fetch } = foldAll(emptyState(), entries).todo
        for (const entry of entries) {
          const standing = entry.kind === 'joined' || entry.kind === 'opened'
          const out = entry.kind === 'message' && entry.direction === 'out'
          const media = entry.kind === 'message' && entry.parts.some(({ type }) => type === 'image')
          if (standing || out) expect(deliver.seqs.includes(entry.seq) || entry.seq <= deliver.from).toBe(true)
          if (standing || media) expect(fetch.seqs.includes(entry.seq) || entry.seq <= fetch.from).toBe(true)
        }
        expect(deliver.seqs.length).toBeLessThanOrEqual(32)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a state stays small whatever is told', () => {
  const told = (n: number, fact: Fact): Entry => ({ ...fact, id: `e${n}`, log: 'L', seq: n, at: at(n * 1000) })
  const bytes = (state: State) => JSON.stringify(state).length

  test('a flood of fields, tags, ids and identities is capped, the latest kept', () => {
    let state = emptyState()
    for (let n = 1; n <= 400; n++) {
      const fields = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`f${n}-${i}`, 'v'.repeat(2000)]))
      const data = {
        fields,
        tags: { add: [`tag${n}`.repeat(100)] },
        externalIds: { [`x${n}`]: 'y'.repeat(900) },
        name: 'n'.repeat(5000),
      }
      state = fold(state, told(2 * n, { kind: 'set', data }))
      const identity = keyOf('north', `p${n}`)
      const parts = [{ type: 'text' as const, text: 'Hi' }]
      const who = { profile: { name: 'N'.repeat(9000) }, thread: { references: 'r'.repeat(9000) } }
      const fact: Fact = {
        kind: 'message',
        direction: 'in',
        channel: 'north',
        identity,
        provider: { id: `${n}` },
        parts,
        data: who,
      }
      state = fold(state, told(2 * n + 1, fact))
    }
    expect(bytes(state)).toBeLessThan(100_000)
    expect(state.current?.identity).toBe(keyOf('north', 'p400'))
    expect(state.identities.some(({ key }) => key === keyOf('north', 'p400'))).toBe(true)
    expect(Object.keys(state.fields)).toContain('f400-19')
  })

  test('two such customers merged are one such customer', () => {
    const giant = (from: number) => {
      const fields = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`f${from + i}`, 'v'.repeat(500)]))
      return fold(emptyState(), told(1, { kind: 'set', data: { fields } }))
    }
    const joined = fold(giant(0), told(2, { kind: 'joined', data: { from: 'K', state: JSON.parse(JSON.stringify(giant(50))) } }))
    expect(Object.keys(joined.fields)).toHaveLength(50)
    expect(bytes(joined)).toBeLessThan(60_000)
  })
})
