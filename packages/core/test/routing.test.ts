/** Rules: each condition, their order, hours in any time zone, and what a wrong file is told. */
import { describe, expect, test } from 'vitest'
import { activeConfig, storeConfig } from '../src/routing/active.ts'
import { ConfigError, parseConfig, type RoutingInput } from '../src/routing/config.ts'
import { type Asked, decide, notifies } from '../src/routing/decide.ts'
import { memoryStore } from '../src/store/memory.ts'

type Rules = NonNullable<RoutingInput['rules']>
type When = Rules[number]['when']
const asked = (fields: Partial<Asked> = {}): Asked => ({
  channel: 'telegram',
  text: 'Where is my order?',
  first: false,
  tags: [],
  at: '2026-01-05T12:00:00Z',
  ...fields,
})
const routed = (rules: Rules, fields: Partial<Asked> = {}, timezone = 'UTC') =>
  decide(parseConfig({ rules, timezone }), 'v1', asked(fields))
const holds = (when: When, fields: Partial<Asked> = {}, timezone = 'UTC'): boolean =>
  routed([{ name: 'r', when, then: { tag: ['hit'] } }], fields, timezone).rules.length === 1

describe('conditions', () => {
  test.each<[string, When, Partial<Asked>, boolean]>([
    ['none: always', undefined, {}, true],
    ['channel', { channel: 'telegram' }, {}, true],
    ['another channel', { channel: 'sms' }, {}, false],
    ['one of several channels', { channel: ['sms', 'telegram'] }, {}, true],
    ['text, capitals or not', { text: 'ORDER' }, {}, true],
    ['text, in Cyrillic', { text: 'заказ' }, { text: 'ГДЕ МОЙ ЗАКАЗ' }, true],
    ['text, composed or not', { text: 'café' }, { text: 'CAFE\u0301' }, true],
    ['text, full-width', { text: 'abc' }, { text: 'ＡＢＣ' }, true],
    ['one of several texts', { text: ['parcel', 'order'] }, {}, true],
    ['text that is not there', { text: 'refund' }, {}, false],
    ['first', { first: true }, { first: true }, true],
    ['not first', { first: true }, {}, false],
    ['only later ones', { first: false }, { first: true }, false],
    ['tag', { tag: 'vip' }, { tags: ['new', 'vip'] }, true],
    ['no such tag', { tag: ['vip', 'b2b'] }, { tags: ['new'] }, false],
    ['all must hold', { channel: 'telegram', text: 'order', first: true }, {}, false],
  ])('%s', (_name, when, fields, expected) => {
    expect(holds(when, fields)).toBe(expected)
  })
})

describe('hours', () => {
  const day = { from: '09:00', to: '18:00' }
  const night = { from: '22:00', to: '06:00' }
  // 5 January 2026 is a Monday.
  test.each<[string, NonNullable<When>['hours'], string, string, boolean]>([
    ['from is inside', day, '2026-01-05T09:00:00Z', 'UTC', true],
    ['to is outside', day, '2026-01-05T18:00:00Z', 'UTC', false],
    ['the last minute', day, '2026-01-05T17:59:59Z', 'UTC', true],
    ['before', day, '2026-01-05T08:59:59Z', 'UTC', false],
    ['outside turns it round', { ...day, outside: true }, '2026-01-05T08:59:59Z', 'UTC', true],
    ['outside, inside', { ...day, outside: true }, '2026-01-05T12:00:00Z', 'UTC', false],
    ['another zone', day, '2026-01-05T08:30:00Z', 'Europe/Berlin', true],
    ['half an hour’s zone', day, '2026-01-05T03:30:00Z', 'Asia/Kolkata', true],
    ['summer time', day, '2026-07-06T07:30:00Z', 'Europe/Berlin', true],
    ['winter time', day, '2026-01-05T07:30:00Z', 'Europe/Berlin', false],
    ['over midnight, before', night, '2026-01-05T23:30:00Z', 'UTC', true],
    ['over midnight, midnight', night, '2026-01-06T00:00:00Z', 'UTC', true],
    ['over midnight, after', night, '2026-01-06T05:59:00Z', 'UTC', true],
    ['over midnight, by day', night, '2026-01-06T12:00:00Z', 'UTC', false],
    ['on its days', { ...day, days: ['mon', 'tue'] }, '2026-01-06T12:00:00Z', 'UTC', true],
    ['not on others', { ...day, days: ['sat', 'sun'] }, '2026-01-05T12:00:00Z', 'UTC', false],
    [
      'the day of the zone, not of UTC',
      { from: '00:00', to: '12:00', days: ['tue'] },
      '2026-01-05T23:30:00Z',
      'Europe/Berlin',
      true,
    ],
    ['a night belongs to the day it began', { ...night, days: ['fri'] }, '2026-01-10T02:00:00Z', 'UTC', true],
    ['and not to the next one', { ...night, days: ['sat'] }, '2026-01-10T02:00:00Z', 'UTC', false],
    ['Monday’s small hours are Sunday’s night', { ...night, days: ['sun'] }, '2026-01-05T02:00:00Z', 'UTC', true],
  ])('%s', (_name, hours, at, timezone, expected) => {
    expect(holds({ hours }, { at }, timezone)).toBe(expected)
  })
})

describe('several rules', () => {
  const rules: Rules = [
    { name: 'vip', when: { tag: 'vip' }, then: { notify: ['sales'], tag: ['hot'] }, continue: true },
    { name: 'orders', when: { text: 'order' }, then: { notify: ['shop'], tag: ['order', 'hot'], answer: 'We are looking.' } },
    { name: 'rest', then: { notify: ['slack'], answer: 'Hello.' } },
  ]
  test('the first that matches is the last', () => {
    expect(routed(rules)).toEqual({
      notify: ['shop'],
      tags: ['order', 'hot'],
      answers: [{ rule: 'orders', text: 'We are looking.' }],
      rules: ['orders'],
      version: 'v1',
    })
  })
  test('unless it says to continue: all that match together', () => {
    expect(routed(rules, { tags: ['vip'] })).toMatchObject({
      notify: ['sales', 'shop'],
      tags: ['hot', 'order'],
      rules: ['vip', 'orders'],
    })
    expect(routed(rules, { tags: ['vip'], text: 'Hi' })).toMatchObject({ notify: ['sales', 'slack'], rules: ['vip', 'rest'] })
  })
  test('without rules all tools are told, and nothing is answered', () => {
    expect(routed([])).toEqual({ tags: [], answers: [], rules: [], version: 'v1' })
  })
  test('a rule that names no tools leaves them all; one that names none keeps it in the inbox', () => {
    const tool = { id: 'con1', name: 'Sales', kind: 'slack' }
    expect(notifies(routed([{ name: 'r', then: { tag: ['x'] } }]), tool)).toBe(true)
    expect(notifies(routed([{ name: 'r', then: { notify: [] } }]), tool)).toBe(false)
    for (const name of ['Sales', 'slack', 'con1'])
      expect(notifies(routed([{ name: 'r', then: { notify: [name] } }]), tool)).toBe(true)
    expect(notifies(routed([{ name: 'r', then: { notify: ['webhook'] } }]), tool)).toBe(false)
    expect(notifies(undefined, tool)).toBe(true)
  })
})

describe('a wrong file', () => {
  const rule = (fields: object) => ({ rules: [{ name: 'r', then: {}, ...fields }] })
  test.each<[string, unknown, RegExp]>([
    ['no object', 'rules', /^hub\.config\.ts: \(file\): .*expected object/],
    ['an unknown setting', { rulez: [] }, /hub\.config\.ts: .*rulez/],
    ['a time zone that is none', { timezone: 'Berlin' }, /timezone: an IANA time zone as Europe\/Berlin/],
    ['a language that we do not speak', { language: 'fr' }, /language: .*"en"/],
    ['a rule without a name', rule({ name: '' }), /rules\.0\.name: /],
    ['a rule without then', { rules: [{ name: 'r' }] }, /rules\.0\.then: .*object/],
    ['a misspelt condition', rule({ when: { chanel: 'sms' } }), /rules\.0\.when: .*chanel/],
    ['a number as channel', rule({ when: { channel: 7 } }), /rules\.0\.when\.channel: /],
    ['an empty list, which never holds', rule({ when: { tag: [] } }), /rules\.0\.when\.tag: /],
    [
      'an hour that is none',
      rule({ when: { hours: { from: '9:00', to: '18:00' } } }),
      /rules\.0\.when\.hours\.from: a time as 09:00/,
    ],
    ['a day that is none', rule({ when: { hours: { from: '09:00', to: '18:00', days: ['monday'] } } }), /hours\.days\.0: /],
    ['an answer of nothing', rule({ then: { answer: '' } }), /rules\.0\.then\.answer: /],
    ['an answer that no channel takes', rule({ then: { answer: 'x'.repeat(4001) } }), /rules\.0\.then\.answer: /],
  ])('%s', (_name, config, reason) => {
    expect(() => parseConfig(config)).toThrow(ConfigError)
    expect(() => parseConfig(config)).toThrow(reason)
  })

  test('names every mistake, a line each', () => {
    const wrong = { timezone: 'x', rules: [{ name: '', then: {} }] }
    expect(() => parseConfig(wrong, 'my.config.ts')).toThrow(/^my\.config\.ts: timezone: .*\nmy\.config\.ts: rules\.0\.name: /)
  })

  test('an empty one is a good one', () => {
    expect(parseConfig({})).toEqual({ timezone: 'UTC', order: [], language: 'en', rules: [] })
  })
})

describe('the document of a workspace', () => {
  const now = () => 1767600000000
  const file = parseConfig({ language: 'ru' })
  test('overrides the file for it alone, at once in this process', async () => {
    const hub = { store: memoryStore({ now }), config: file, now }
    const before = await activeConfig(hub, 'ws')
    expect(before).toMatchObject({ source: 'file', config: { language: 'ru' } })
    const version = await storeConfig(hub, 'ws', parseConfig({ order: ['sms'] }))
    expect(await activeConfig(hub, 'ws')).toMatchObject({ source: 'stored', version, config: { language: 'en', order: ['sms'] } })
    expect(await activeConfig(hub, 'other')).toEqual(before)
  })

  test('is seen by other processes within ten seconds', async () => {
    let time = now()
    const store = memoryStore({ now })
    const hub = { store, config: file, now: () => time }
    expect((await activeConfig(hub, 'ws')).source).toBe('file')
    await storeConfig({ store: { ...store } }, 'ws', parseConfig({}))
    time += 10_000
    expect((await activeConfig(hub, 'ws')).source).toBe('stored')
  })
})
