/**
 * The product as a story; read this first. Ann writes to a shop on five channels; the shop's agents see one person and one stream, and
 * every answer goes where she wrote last and says why. All of it over the providers' real wire formats, against stand-ins on 127.0.0.1.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Connection } from '../src/connector.ts'
import type { Author, Entry } from '../src/entry.ts'
import { mergeCustomers } from '../src/flow/change.ts'
import { listCustomers } from '../src/flow/list.ts'
import { preview, reply } from '../src/flow/reply.ts'
import { readDelivery, readEntries } from '../src/flow/timeline.ts'
import { readCard } from '../src/flow/view.ts'
import { plain } from '../src/message.ts'
import { fixturesOf } from './hub/wire.ts'
import { type TestHub, testHub, WORKSPACE } from './hub.ts'

const ANN = 1
/** The number that SMS and WhatsApp see, and that Ann shares on Telegram. */
const PHONE = '15005551001'
const ivan: Author = { kind: 'agent', id: 'ivan', name: 'Ivan', tool: 'inbox' }

describe('Ann, on whichever channel she is', () => {
  let t: TestHub
  let ann: string
  const shop: Record<string, Connection> = {}

  beforeAll(async () => {
    t = await testHub()
    for (const connection of await t.connectAll()) shop[connection.kind] = connection
    shop.slack = await t.connect('slack')
    shop.webhook = await t.connect('webhook')
  })
  afterAll(() => t.stop())

  const on = (kind: string): Connection => {
    const connection = shop[kind]
    if (!connection) throw new Error(`${kind} is not connected`)
    return connection
  }
  /** A minute passes, Ann writes, the hub does what there is to do. */
  async function annWrites(kind: string, text: string): Promise<void> {
    t.clock.now += 60_000
    await t.say(on(kind), { who: ANN, text, at: t.clock.now })
    await t.drain()
  }
  async function ivanAnswers(text: string): Promise<Entry> {
    const entry = await reply(t.hub, WORKSPACE, ann, { parts: [{ type: 'text', text }], author: ivan })
    await t.drain()
    return entry
  }
  const lastTaken = () => t.provider.taken.filter(({ kind }) => !['slack', 'webhook'].includes(kind)).at(-1)

  it('begins on Telegram: she becomes a customer, and the tools hear of her', async () => {
    await annWrites('telegram', 'Do you have the blue one?')
    ann = await t.logOf(on('telegram'), ANN)

    const card = await readCard(t.hub, WORKSPACE, ann)
    expect(card).toMatchObject({ name: 'Ann 1', unread: 1, current: { channel: 'telegram' } })
    const told = t.provider.taken.filter(({ kind }) => kind === 'slack').map(({ text }) => text)
    expect(told.join('\n')).toContain('Do you have the blue one?')
    expect(t.provider.taken.some(({ kind, text }) => kind === 'webhook' && text.includes('Do you have the blue one?'))).toBe(true)
  })

  it('is answered on Telegram, and the answer says why', async () => {
    const asked = await preview(t.hub, WORKSPACE, ann, {})
    expect(asked.words).toMatch(/^Telegram, because they wrote there/)

    const entry = await ivanAnswers('Yes, two are left.')
    expect(lastTaken()).toMatchObject({ kind: 'telegram', text: 'Yes, two are left.' })
    const delivery = await readDelivery(t.hub, WORKSPACE, entry.id)
    expect(delivery).toMatchObject({ state: 'sent', words: expect.stringMatching(/^Telegram, because they wrote there/) })
  })

  it('shares her contact, so the SMS from that number is hers: no agent has to know', async () => {
    await shareContact()
    await annWrites('sms', 'I am outside now, please text me')

    const card = await readCard(t.hub, WORKSPACE, ann)
    expect(card.identities.map(({ channel }) => channel)).toEqual(['telegram', 'sms'])
    await ivanAnswers('I will.')
    expect(lastTaken()).toMatchObject({ kind: 'sms', to: `+${PHONE}`, text: 'I will.' })
  })

  it('goes on by WhatsApp from the same number, and is answered there', async () => {
    await annWrites('whatsapp', 'Here is better')
    const entry = await ivanAnswers('Fine.')
    expect(lastTaken()).toMatchObject({ kind: 'whatsapp', to: `whatsapp:+${PHONE}`, text: 'Fine.' })
    expect((await readDelivery(t.hub, WORKSPACE, entry.id)).words).toMatch(/^WhatsApp, because they wrote there/)
  })

  it('writes from Viber and by e-mail, which prove nothing: strangers, until an agent merges them', async () => {
    await annWrites('viber', 'It is me, Ann, on Viber')
    await annWrites('email', 'And by mail, with the receipt')
    expect((await listCustomers(t.hub, WORKSPACE, {})).customers).toHaveLength(3)

    await mergeCustomers(t.hub, WORKSPACE, ann, await t.logOf(on('viber'), ANN), ivan)
    await mergeCustomers(t.hub, WORKSPACE, await t.logOf(on('email'), ANN), ann, ivan)
    await t.drain()

    const { customers } = await listCustomers(t.hub, WORKSPACE, {})
    expect(customers).toHaveLength(1)
    expect(customers[0]?.identities.map(({ channel }) => channel).toSorted()).toEqual([
      'email',
      'sms',
      'telegram',
      'viber',
      'whatsapp',
    ])
    await ivanAnswers('Got it by mail.')
    expect(lastTaken()).toMatchObject({ kind: 'email', to: 'ann1@example.com' })
    expect(lastTaken()?.text).toContain('Got it by mail.')
  })

  it('changes the channel while the agent types: the answer follows her', async () => {
    expect((await preview(t.hub, WORKSPACE, ann, {})).channel).toBe('email')
    await annWrites('viber', 'Back on Viber')
    const entry = await ivanAnswers('Following you.')
    expect(lastTaken()).toMatchObject({ kind: 'viber', text: 'Following you.' })
    expect((await readDelivery(t.hub, WORKSPACE, entry.id)).words).toMatch(/^Viber, because they wrote there/)
  })

  it('is answered by an agent in Slack, whom no tool echoes', async () => {
    const { fixtures } = await import('../src/tools/slack/fixtures/index.ts')
    const thread = t.provider.taken.find(({ kind }) => kind === 'slack')?.id
    const event = {
      type: 'message',
      channel: 'C0SUPPORT',
      user: 'U0IVAN',
      text: 'Anything else?',
      ts: '1767600900.000200',
      thread_ts: thread,
    }
    const body = JSON.stringify({ type: 'event_callback', team_id: 'T0HUB0001', event_id: 'Ev1', event_time: 1767600900, event })
    const posted = t.provider.taken.filter(({ kind }) => kind === 'slack').length

    const request = fixtures.sign?.(new TextEncoder().encode(body), on('slack'))
    if (request) await t.enter(on('slack'), request)
    await t.drain()

    expect(lastTaken()).toMatchObject({ kind: 'viber', text: 'Anything else?' })
    expect(t.provider.taken.filter(({ kind }) => kind === 'slack')).toHaveLength(posted)
  })

  it('is one history in one order, whoever reads it from wherever', async () => {
    const { entries } = await readEntries(t.hub, WORKSPACE, ann, { limit: 500 })
    const said = entries.flatMap((entry) => (entry.kind === 'message' ? [plain(entry.parts).trim()] : []))
    expect(said.filter((text) => !text.startsWith('[contact]'))).toEqual([
      'Do you have the blue one?',
      'Yes, two are left.',
      'I am outside now, please text me',
      'I will.',
      'Here is better',
      'Fine.',
      'It is me, Ann, on Viber',
      'And by mail, with the receipt',
      'Got it by mail.',
      'Back on Viber',
      'Following you.',
      'Anything else?',
    ])
    // By her phone twice, and twice by an agent whose name stays with it.
    const merges = entries.flatMap((entry) => (entry.kind === 'seal' ? [entry.author?.name] : []))
    expect(merges.toSorted()).toEqual(['Ivan', 'Ivan', undefined, undefined])
    const steps: string[] = []
    for (let after: string | undefined, more = true; more; ) {
      const page = await readEntries(t.hub, WORKSPACE, ann, { limit: 3, ...(after ? { after } : {}) })
      steps.push(...page.entries.map(({ id }) => id))
      more = page.entries.length > 0
      after = page.next
    }
    expect(steps).toEqual(entries.map(({ id }) => id))
    for (const kind of ['telegram', 'viber', 'email']) {
      const other = await readEntries(t.hub, WORKSPACE, await t.logOf(on(kind), ANN), { limit: 500 })
      expect(other.entries.map(({ id }) => id)).toEqual(entries.map(({ id }) => id))
    }
  })

  async function shareContact(): Promise<void> {
    t.clock.now += 60_000
    const id = 8_000_000_000 + ANN
    const from = { id, is_bot: false, first_name: 'Ann 1' }
    const contact = { phone_number: PHONE, first_name: 'Ann', user_id: id }
    const message = { message_id: 990, from, chat: { id, type: 'private' }, date: 1767600000, contact }
    const body = new TextEncoder().encode(JSON.stringify({ update_id: 700_000_990, message }))
    await t.enter(on('telegram'), await (await fixturesOf('telegram')).sign(body, on('telegram')))
    await t.drain()
  }
})
