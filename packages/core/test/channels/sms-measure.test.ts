/** What a reply costs by SMS: counted as it would be sent, told before it is. */
import { sms } from '@throughline/core/channels/sms/index.ts'
import { segmentsOf } from '@throughline/core/channels/sms/segments.ts'
import { preview } from '@throughline/core/flow/reply.ts'
import type { Part } from '@throughline/core/message.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type TestHub, testHub, WORKSPACE } from '../hub.ts'

test.each([
  ['a'.repeat(160), 1],
  ['a'.repeat(161), 2],
  ['a'.repeat(306), 2],
  ['a'.repeat(307), 3],
  ['€'.repeat(80), 1],
  ['€'.repeat(81), 2],
  // The 153rd place of a part has no room for a pair, which goes on whole.
  [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 3],
  ['^{}\\[~]|€\f'.repeat(8), 1],
  [`@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,-./:;<=>?¡ÄÖÑÜ§¿äöñüà`, 1],
  ['a'.repeat(1600), 11],
])('GSM-7, row %$', (text, count) => {
  expect(segmentsOf(text)).toEqual({ count, encoding: 'GSM-7' })
})

test.each([
  ['я'.repeat(70), 1],
  ['я'.repeat(71), 2],
  ['я'.repeat(134), 2],
  ['я'.repeat(135), 3],
  ['я'.repeat(160), 3],
  ['🙂'.repeat(35), 1],
  ['🙂'.repeat(36), 2],
  // 67 is odd: the pair is not split.
  ['🙂'.repeat(67), 3],
  ['я'.repeat(1600), 24],
  ...['«', '—', 'ё', '“', '’', '`', '…', 'ç'].map((odd): [string, number] => [`${'a'.repeat(70)}${odd}`, 2]),
])('UCS-2, row %$', (text, count) => {
  expect(segmentsOf(text)).toEqual({ count, encoding: 'UCS-2' })
})

test('in words', () => {
  expect(sms.measure?.('Hi')).toEqual({ units: 1, words: '1 segment, GSM-7' })
  expect(sms.measure?.('Здравствуйте! '.repeat(6))).toEqual({ units: 2, words: '2 segments, Unicode' })
})

describe('the preview of a reply', () => {
  let t: TestHub
  let customer = ''
  beforeEach(async () => {
    t = await testHub()
    const connection = await t.connect('sms')
    await t.say(connection, { who: 1, text: 'Hello' })
    customer = await t.logOf(connection, 1)
    await t.drain()
  })
  afterEach(() => t.stop())
  const told = async (...parts: Part[]) => (await preview(t.hub, WORKSPACE, customer, { parts })).measure

  test('counts each message that it becomes', async () => {
    expect(await told({ type: 'text', text: 'Hi' })).toEqual({ units: 1, words: '1 segment, GSM-7' })
    expect(await told({ type: 'text', text: `${'a'.repeat(1500)} ${'b'.repeat(150)} ${'я'.repeat(71)}` })).toEqual({
      units: 10 + 4,
      words: '2 messages: 10 segments, GSM-7 + 4 segments, Unicode',
    })
  })
  test('counts what is lowered to words, and no picture', async () => {
    const buttons: Part = { type: 'buttons', text: 'Какой?', buttons: [{ label: 'Чай' }, { label: 'Кофе' }] }
    expect(await told(buttons)).toEqual({ units: 1, words: '1 segment, Unicode' })
    const image: Part = { type: 'image', media: { blob: `${WORKSPACE}/media/x`, mime: 'image/png', size: 10 } }
    expect(await told(image)).toBeUndefined()
    expect(await told()).toBeUndefined()
  })
  test('says nothing where nobody counts', async () => {
    const viber = await t.connect('viber')
    await t.say(viber, { who: 1, text: 'Hello' })
    await t.drain()
    const other = await t.logOf(viber, 1)
    expect((await preview(t.hub, WORKSPACE, other, { parts: [{ type: 'text', text: 'Hi' }] })).measure).toBeUndefined()
  })
})
