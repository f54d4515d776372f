/** Buttons go out as numbered lines, a number comes back: everybody who reads it sees what it means, and the entry stays as it was written. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Connection } from '../src/connector.ts'
import type { Author, MessageEntry } from '../src/entry.ts'
import { readMeanings } from '../src/flow/meaning.ts'
import { reply } from '../src/flow/reply.ts'
import { readEntries } from '../src/flow/timeline.ts'
import { readCard } from '../src/flow/view.ts'
import { plain } from '../src/message.ts'
import { type TestHub, testHub, WORKSPACE } from './hub.ts'

const ANN = 1
const ivan: Author = { kind: 'agent', id: 'ivan', name: 'Ivan', tool: 'inbox' }
const question = { type: 'buttons' as const, text: 'When?', buttons: [{ label: 'Today' }, { label: 'Deliver on Friday' }] }

let t: TestHub
let sms: Connection
beforeEach(async () => {
  t = await testHub({ config: { rules: [{ name: 'friday', when: { text: 'on friday' }, then: { tag: ['friday'] } }] } })
  sms = await t.connect('sms')
  await t.connect('webhook')
  await t.connect('slack')
})
afterEach(() => t.stop())

async function says(connection: Connection, text: string): Promise<void> {
  t.clock.now += 60_000
  await t.say(connection, { who: ANN, text, at: t.clock.now })
  await t.drain()
}
async function asks(connection: Connection, part: typeof question | { type: 'text'; text: string } = question): Promise<void> {
  await reply(t.hub, WORKSPACE, await t.logOf(connection, ANN), { parts: [part], author: ivan })
  await t.drain()
}
const shownIn = (tool: string) =>
  t.provider.taken
    .filter(({ kind }) => kind === tool)
    .map(({ text }) => text)
    .join('\n')
const entries = async (connection: Connection) =>
  (await readEntries(t.hub, WORKSPACE, await t.logOf(connection, ANN), {})).entries
/** What the last message of hers means, as the inbox reads it. */
async function meaning(connection: Connection): Promise<string | undefined> {
  const all = await entries(connection)
  const last = all.findLast((entry): entry is MessageEntry => entry.kind === 'message' && entry.direction === 'in')
  return (await readMeanings(t.hub, WORKSPACE, all))[last?.id ?? '']
}

describe('an answer by number', () => {
  test('is told with its meaning to tools and inbox, matches rules, and stays as it was written', async () => {
    await says(sms, 'When do you come?')
    await asks(sms)
    expect(t.provider.taken.find(({ kind }) => kind === 'sms')?.text).toBe('When?\n1. Today\n2. Deliver on Friday')
    await says(sms, ' 2. ')

    expect(await meaning(sms)).toBe('Deliver on Friday')
    const [written] = (await entries(sms))
      .flatMap((entry) => (entry.kind === 'message' && entry.direction === 'in' ? [entry] : []))
      .slice(-1)
    expect(plain(written?.parts ?? []).trim()).toBe('2.')
    expect(shownIn('slack')).toContain('2. (Deliver on Friday)')
    expect(shownIn('webhook')).toContain('"meaning":"Deliver on Friday"')
    expect((await readCard(t.hub, WORKSPACE, await t.logOf(sms, ANN))).tags).toEqual(['friday'])
  })

  test('may be corrected, and means nothing any more once we said something else', async () => {
    await says(sms, 'When do you come?')
    await asks(sms)
    await says(sms, '2')
    await says(sms, '1')
    expect(await meaning(sms)).toBe('Today')
    await asks(sms, { type: 'text', text: 'How many boxes?' })
    await says(sms, '2')
    expect(await meaning(sms)).toBeUndefined()
  })

  test('is only a number where none of the buttons has it, and words speak for themselves', async () => {
    await says(sms, 'When do you come?')
    await asks(sms)
    for (const text of ['3', 'today', 'in 2 days', '2 boxes']) {
      await says(sms, text)
      expect([text, await meaning(sms)]).toEqual([text, undefined])
    }
  })

  test('is only a number where the buttons were real ones', async () => {
    const telegram = await t.connect('telegram')
    await says(telegram, 'When do you come?')
    await asks(telegram)
    await says(telegram, '2')
    expect(await meaning(telegram)).toBeUndefined()
  })

  test('is only a number on another channel than the one that was asked on', async () => {
    const whatsapp = await t.connect('whatsapp')
    await says(whatsapp, 'Hello')
    await says(sms, 'When do you come?')
    await asks(sms)
    await says(whatsapp, '2')
    expect(await t.logOf(whatsapp, ANN)).toBe(await t.logOf(sms, ANN))
    expect(await meaning(sms)).toBeUndefined()
    await says(sms, '2')
    expect(await meaning(sms)).toBe('Deliver on Friday')
  })
})
