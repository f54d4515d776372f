/** Two people whom somebody took for one: taken apart, each goes on alone, and nothing of the one reaches the other. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '../src/connector.ts'
import type { Author } from '../src/entry.ts'
import { change, mergeCustomers, unmergeCustomer } from '../src/flow/change.ts'
import { eraseCustomer } from '../src/flow/erase.ts'
import { listCustomers } from '../src/flow/list.ts'
import { preview, reply } from '../src/flow/reply.ts'
import { streamsOf } from '../src/flow/streams.ts'
import { readEntries } from '../src/flow/timeline.ts'
import { markRead, readCard } from '../src/flow/view.ts'
import { plain } from '../src/message.ts'
import { keys } from '../src/store/keys.ts'
import { lastEntry } from '../src/stream/log.ts'
import { putAt } from '../src/stream/seal.ts'
import { fixturesOf } from './hub/wire.ts'
import { type TestHub, testHub, WORKSPACE } from './hub.ts'

const ANN = 1
const BOB = 2
const ivan: Author = { kind: 'agent', id: 'ivan', name: 'Ivan', tool: 'inbox' }
const TELEGRAM = 'telegram:*:8000000001'
const SMS = 'sms:*:+15005551002'
const VIBER = 'viber:pa%3A71:user000002+/=='

let t: TestHub
let on: Record<'telegram' | 'viber' | 'sms' | 'whatsapp' | 'slack', Connection>
/** Ann's first log, and the id by which both are known while they are one. */
let customer: string

beforeEach(async () => {
  t = await testHub({
    config: { rules: [{ name: 'greet', when: { text: 'hello' }, then: { answer: 'Hello to you', tag: ['greeted'] } }] },
  })
  const [telegram, viber, sms, whatsapp] = [
    await t.connect('telegram'),
    await t.connect('viber'),
    await t.connect('sms'),
    await t.connect('whatsapp'),
  ]
  on = { telegram, viber, sms, whatsapp, slack: await t.connect('slack') }
  await say('telegram', ANN, 'Ann one')
  await say('viber', BOB, 'Bob one')
  await say('sms', BOB, 'Bob by text')
  customer = await t.logOf(on.telegram, ANN)
  await mergeCustomers(t.hub, WORKSPACE, customer, await t.logOf(on.viber, BOB), ivan)
  await mergeCustomers(t.hub, WORKSPACE, await t.logOf(on.sms, BOB), customer, ivan)
  await t.drain()
  await say('telegram', ANN, 'Ann two')
})
afterEach(() => t.stop())

async function say(kind: 'telegram' | 'viber' | 'sms' | 'whatsapp', who: number, text: string, drained = true): Promise<void> {
  t.clock.now += 60_000
  await t.say(on[kind], { who, text, at: t.clock.now })
  if (drained) await t.drain()
}
const said = async (id: string) =>
  (await readEntries(t.hub, WORKSPACE, id, { limit: 500 })).entries.flatMap((entry) =>
    entry.kind === 'message' ? [plain(entry.parts)] : [],
  )
const card = (id: string) => readCard(t.hub, WORKSPACE, id, 'ivan')
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error) => `${error.status} ${error.code}`,
  )
const apart = async (...identities: string[]) => {
  const parts = await unmergeCustomer(t.hub, WORKSPACE, customer, identities, ivan)
  await t.drain()
  return parts
}
const both = ['Ann one', 'Bob one', 'Bob by text', 'Ann two']

describe('two who were taken apart', () => {
  it('have their common past in both timelines, page by page, and each their own words after it', async () => {
    const { own, rest } = await apart(VIBER, SMS)
    expect([own, rest]).not.toContain(customer)
    await say('viber', BOB, 'Bob two')
    await say('telegram', ANN, 'Ann three')
    await say('sms', BOB, 'Bob three')

    expect(await said(own)).toEqual([...both, 'Bob two', 'Bob three'])
    expect(await said(rest)).toEqual([...both, 'Ann three'])
    expect(await said(customer)).toEqual(await said(rest))
    const steps: string[] = []
    for (let after: string | undefined, more = true; more; ) {
      const page = await readEntries(t.hub, WORKSPACE, own, { limit: 2, ...(after ? { after } : {}) })
      steps.push(...page.entries.map(({ id }) => id))
      more = page.entries.length > 0
      after = page.next
    }
    expect(steps).toEqual((await readEntries(t.hub, WORKSPACE, own, { limit: 500 })).entries.map(({ id }) => id))
    expect((await listCustomers(t.hub, WORKSPACE, {})).customers.map(({ id }) => id).toSorted()).toEqual([own, rest].toSorted())
  })

  it('are found by their own addresses and no others: records move on with the part they live in', async () => {
    const { own, rest } = await apart(VIBER)
    expect(await t.logOf(on.viber, BOB)).toBe(own)
    expect(await t.logOf(on.sms, BOB)).toBe(rest)
    expect(await t.logOf(on.telegram, ANN)).toBe(rest)
    const keysOf = async (id: string) => (await card(id)).identities.map(({ key }) => key)
    expect(await keysOf(own)).toEqual([VIBER])
    expect(await keysOf(rest)).toEqual([TELEGRAM, SMS])
  })

  it('are known by what is their own: current channel, unread, waiting, name', async () => {
    await markRead(t.hub, WORKSPACE, customer, 'ivan')
    const waiting = (await card(customer)).waitingSince
    await say('viber', BOB, 'Bob two')
    expect(await card(customer)).toMatchObject({ unread: 1, current: { identity: VIBER } })

    const { own, rest } = await apart(VIBER, SMS)
    expect(await card(own)).toMatchObject({ name: 'Ann 2', unread: 1, current: { identity: VIBER }, preview: 'Bob two' })
    const left = await card(rest)
    expect(left).toMatchObject({
      name: 'Ann 1',
      unread: 0,
      current: { identity: TELEGRAM, channel: 'telegram' },
      waitingSince: waiting,
    })
    expect(left.preview).toBeUndefined()
    // Bob wrote first a minute after Ann did.
    expect(Date.parse((await card(own)).waitingSince ?? '') - Date.parse(waiting ?? '')).toBe(60_000)
    expect(await readCard(t.hub, WORKSPACE, own)).toMatchObject({ unread: 3 })

    await say('telegram', ANN, 'Ann three')
    expect(await card(rest)).toMatchObject({ unread: 1, preview: 'Ann three' })
    await markRead(t.hub, WORKSPACE, rest, 'ivan')
    expect([(await card(rest)).unread, (await card(own)).unread]).toEqual([0, 1])
    // Back together, what was read stays read.
    await mergeCustomers(t.hub, WORKSPACE, own, rest, ivan)
    await t.drain()
    expect(await card(own)).toMatchObject({ unread: 1, log: (await card(rest)).log })
  })

  it('keep what agents set of both, and a name only where it is theirs', async () => {
    await change(t.hub, WORKSPACE, customer, {
      kind: 'set',
      author: ivan,
      data: { name: 'The Smiths', tags: { add: ['vip'] }, fields: { city: 'Riga' } },
    })
    const { own, rest } = await apart(SMS)
    for (const id of [own, rest])
      expect(await card(id)).toMatchObject({ name: 'The Smiths', tags: ['vip'], fields: { city: 'Riga' } })
    await reply(t.hub, WORKSPACE, own, { parts: [{ type: 'text', text: 'Hi Bob' }], author: ivan })
    expect((await card(own)).waitingSince).toBeUndefined()
    expect((await card(rest)).waitingSince).toBeDefined()
  })

  it('are each answered where they are, in threads of their own', async () => {
    const { own, rest } = await apart(VIBER, SMS)
    const before = t.provider.taken.length
    await say('viber', BOB, 'Bob two')
    await say('telegram', ANN, 'Ann three')
    const posts = t.provider.taken.slice(before).filter(({ kind }) => kind === 'slack')
    const threadOf = (text: string) => posts.find((post) => post.text.includes(text))?.body.thread_ts
    expect(threadOf('Bob two')).toBeDefined()
    expect(threadOf('Bob two')).not.toBe(threadOf('Ann three'))

    expect((await preview(t.hub, WORKSPACE, own, {})).channel).toBe('viber')
    for (const [id, text] of [
      [own, 'To Bob'],
      [rest, 'To Ann'],
    ] as const) {
      await reply(t.hub, WORKSPACE, id, { parts: [{ type: 'text', text }], author: ivan })
    }
    await t.drain()
    const sent = t.provider.taken
      .slice(before)
      .filter(({ kind }) => kind !== 'slack')
      .map(({ kind, text }) => `${kind}: ${text}`)
    expect(sent).toEqual(['viber: To Bob', 'telegram: To Ann'])

    // What an agent writes in Bob's thread goes to Bob, in the old one to Ann.
    const { fixtures } = await import('../src/tools/slack/fixtures/index.ts')
    for (const [thread, ts] of [
      [threadOf('Bob two'), '1767600900.000200'],
      [threadOf('Ann three'), '1767600900.000300'],
    ]) {
      const event = { type: 'message', channel: 'C0SUPPORT', user: 'U0IVAN', text: `In ${ts}`, ts, thread_ts: thread }
      const body = JSON.stringify({
        type: 'event_callback',
        team_id: 'T0HUB0001',
        event_id: `Ev${ts}`,
        event_time: 1767600900,
        event,
      })
      const request = fixtures.sign?.(new TextEncoder().encode(body), on.slack)
      if (request) await t.enter(on.slack, request)
      await t.drain()
    }
    const written = t.provider.taken.filter(({ text }) => text.startsWith('In ')).map(({ kind, text }) => `${kind}: ${text}`)
    expect(written).toEqual(['viber: In 1767600900.000200', 'telegram: In 1767600900.000300'])
  })

  it('get the automatic answer to what they wrote, though they were taken apart before it was routed', async () => {
    await say('viber', BOB, 'hello there', false)
    const { own, rest } = await unmergeCustomer(t.hub, WORKSPACE, customer, [VIBER, SMS], ivan)
    await t.drain()
    expect((await said(own)).slice(-2)).toEqual(['hello there', 'Hello to you'])
    expect(await said(rest)).not.toContain('Hello to you')
    const sent = t.provider.taken.filter(({ kind, text }) => kind !== 'slack' && text === 'Hello to you')
    expect(sent.map(({ kind }) => kind)).toEqual(['viber'])
    expect([(await card(own)).tags, (await card(rest)).tags]).toEqual([['greeted'], []])
  })

  it('take their proofs with them: the next identity that proves the same phone is theirs', async () => {
    const { own } = await apart(SMS)
    await say('whatsapp', BOB, 'Bob on WhatsApp')
    expect(await t.logOf(on.whatsapp, BOB)).not.toBe('')
    expect((await card(own)).identities.map(({ channel }) => channel).toSorted()).toEqual(['sms', 'whatsapp'])
    expect((await card(customer)).identities.map(({ channel }) => channel).toSorted()).toEqual(['telegram', 'viber'])
  })

  it('are not made one again by the proof that made them one', async () => {
    await shareContact(ANN, '15005551002')
    const { own, rest } = await apart(SMS)
    await say('sms', BOB, 'Bob again')
    await say('telegram', ANN, 'Ann again')
    expect((await card(own)).log).toBe(own)
    expect((await card(rest)).log).toBe(rest)
  })

  it('are each joined with whom they prove to be, though they were taken apart before it was routed', async () => {
    await say('telegram', BOB, 'Bob on Telegram')
    await mergeCustomers(t.hub, WORKSPACE, customer, await t.logOf(on.telegram, BOB), ivan)
    await t.drain()
    await say('whatsapp', 3, 'Bob on another phone')
    await shareContact(BOB, '15005551003', false)
    const { own, rest } = await unmergeCustomer(t.hub, WORKSPACE, customer, ['telegram:*:8000000002'], ivan)
    await t.drain()
    expect((await card(own)).log).toBe((await card(await t.logOf(on.whatsapp, 3))).log)
    expect((await card(rest)).log).toBe(rest)
  })
})

/** The contact that somebody shares on Telegram is proof of a phone. */
async function shareContact(who: number, phone: string, drained = true): Promise<void> {
  const id = 8_000_000_000 + who
  const from = { id, is_bot: false, first_name: `Ann ${who}` }
  const contact = { phone_number: phone, first_name: 'Ann', user_id: id }
  const message = { message_id: 990 + who, from, chat: { id, type: 'private' }, date: 1767600000, contact }
  const body = new TextEncoder().encode(JSON.stringify({ update_id: 700_000_990 + who, message }))
  await t.enter(on.telegram, await (await fixturesOf('telegram')).sign(body, on.telegram))
  if (drained) await t.drain()
}

it('opens both parts by route alone when whoever took them apart died after the seal', async () => {
  const at = { workspace: WORKSPACE, log: customer }
  const next = { '*': { log: '01ZZREST', since: 0 }, [VIBER]: { log: '01ZZOWN', since: 0 } }
  const t0 = (await lastEntry(t.hub.store, at))?.seq ?? 0
  await putAt(streamsOf(t.hub, WORKSPACE), customer, t0 + 1, `seal:${customer}`, { kind: 'seal', data: { why: 'unmerge', next } })
  await t.run({ to: 'route', ...at })
  await t.drain()
  expect(await t.logOf(on.viber, BOB)).toBe('01ZZOWN')
  expect((await listCustomers(t.hub, WORKSPACE, {})).customers.map(({ id }) => id).toSorted()).toEqual(['01ZZOWN', '01ZZREST'])
})

it('refuses what is not theirs, what would leave nobody, and whom it does not know; nothing changes', async () => {
  const before = await t.dump()
  const refused = (id: string, ...identities: string[]) => refusal(unmergeCustomer(t.hub, WORKSPACE, id, identities, ivan))
  expect(await refused(customer, 'sms:*:+15005559999')).toBe('422 unknown_identity')
  expect(await refused(customer, VIBER, '*')).toBe('422 unknown_identity')
  expect(await refused(customer, VIBER, SMS, TELEGRAM, SMS)).toBe('422 nothing_left')
  expect(await refused(customer)).toBe('422 no_identity')
  expect(await refused('nobody', VIBER)).toBe('404 unknown_customer')
  expect(await t.dump()).toEqual(before)

  const { own } = await apart(VIBER)
  expect(await refused(customer, VIBER)).toBe('422 unknown_identity')
  expect(await refused(own, VIBER)).toBe('422 nothing_left')
  await eraseCustomer(t.hub, WORKSPACE, own, ivan)
  expect(await refused(own, VIBER)).toBe('410 customer_erased')
  expect(await t.hub.store.get(keys.identity(WORKSPACE, VIBER))).toMatchObject({ log: own })
})
