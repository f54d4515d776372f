/** Telegram held against its own description of the Bot API (HUB_SPECS): what we send, what we read, what we know. */
import { readFileSync } from 'node:fs'
import type { Wire } from '@throughline/core/channels/fixture.ts'
import { telegramCalls } from '@throughline/core/channels/telegram/calls.ts'
import { isService, unknownContent } from '@throughline/core/channels/telegram/fields.ts'
import { fixtures } from '@throughline/core/channels/telegram/fixtures/index.ts'
import { UPDATES } from '@throughline/core/channels/telegram/poll.ts'
import { REACTIONS } from '@throughline/core/channels/telegram/reactions.ts'
import { Content } from '@throughline/core/channels/telegram/update.ts'
import { describe, expect, test } from 'vitest'
import { type Api, botApi, problemsOfCall, problemsOfType, quoted } from './bot-api.ts'
import { testContext } from './context.ts'
import { foreignFiles } from './foreign.ts'
import { httpStandIn } from './stand-in.ts'

const methodOf = ({ path }: Wire) => path.split('/').at(-1) ?? ''
const calls = fixtures.calls.flatMap((one) => one.wire).filter((wire) => wire.method === 'POST')
const bodies = fixtures.cases.map((one) => {
  const body =
    one.body ?? (one.file ? readFileSync(new URL(`../../src/channels/telegram/fixtures/${one.file}`, import.meta.url)) : '')
  return { name: one.name, body: Buffer.from(body).toString('utf8'), answer: one.answer }
})
const fieldsOf = (api: Api, type: string) => api.types[type]?.fields?.map(({ name }) => name) ?? []

const api = botApi
if (api) describe('the description of the Bot API', () => against(api))

test('refusals of the real one, from other projects, have their names', async () => {
  const provider = await httpStandIn()
  const said: unknown[] = []
  for (const { name, bytes } of foreignFiles('telegram-api-response')) {
    const json = JSON.parse(Buffer.from(bytes).toString('utf8'))
    if (json.ok !== false) continue
    provider.answer({ status: json.error_code, json })
    const sent = telegramCalls.send(
      { parts: [{ type: 'text', text: 'x' }] },
      '7',
      provider.connection(fixtures.connection),
      testContext(),
    )
    const { code, again, certain } = telegramCalls.classify(await sent.catch((error: unknown) => error))
    said.push([name.replace(/^.*-|\.json$/g, ''), code, again, certain])
  }
  await provider.close()
  expect(said).toEqual(
    said.length === 0
      ? []
      : [
          ['too_long', 'tooLong', 'never', true],
          ['too_many_requests', 'rateLimited', { after: 14 }, true],
          ['user_deactivated', 'blocked', 'never', true],
          ['wrong_file_id', 'mediaRejected', 'never', true],
        ],
  )
})

function against(api: Api): void {
  console.log(`telegram: held against ${api.version}: ${calls.length} calls, ${bodies.length} updates`)

  test('knows every call we make: its method, its fields, their types and lengths', () => {
    expect(calls.length).toBeGreaterThan(60)
    expect(calls.flatMap((wire) => problemsOfCall(api, methodOf(wire), wire.body))).toEqual([])
  })

  test('knows what our answer to a webhook has Telegram do', () => {
    const answers = bodies.flatMap(({ answer }) => (answer?.body === undefined ? [] : [JSON.parse(answer.body)]))
    expect(answers.length).toBeGreaterThan(3)
    for (const { method, ...body } of answers) expect(problemsOfCall(api, method, body)).toEqual([])
  })

  test('would tell a call that is wrong', () => {
    const wrong = (method: string, body: object) => problemsOfCall(api, method, body)
    expect(wrong('sendMesage', {})).toEqual(['no method sendMesage'])
    expect(wrong('sendMessage', { chat_id: 1.5, txt: 'x' })).toEqual([
      'sendMessage.text is missing',
      'sendMessage.chat_id is no Integer',
      'sendMessage.txt is not known',
    ])
    expect(wrong('sendMessage', { chat_id: '1', text: 'x'.repeat(4097) })).toEqual([
      'sendMessage.text has 4097 characters, not 1 to 4096',
    ])
    const keyboard = { inline_keyboard: [[{ text: 'я', callback_data: 'я'.repeat(33) }]] }
    expect(wrong('sendMessage', { chat_id: '1', text: 'x', reply_markup: keyboard })).toEqual([
      'sendMessage.reply_markup.inline_keyboard[0][0].callback_data has 66 bytes, not 1 to 64',
    ])
    expect(wrong('setMessageReaction', { chat_id: 1, message_id: 1, reaction: [{ type: 'emoji', emoji: '🧦' }] })).toHaveLength(1)
  })

  test('describes our own payloads, but for those that are strange on purpose', () => {
    const known = bodies.filter(({ name }) => !/tomorrow|no JSON|kept aside/.test(name))
    const wrong = known.flatMap(({ name, body }) =>
      problemsOfType(api, 'Update', JSON.parse(body)).map((one) => `${name}: ${one}`),
    )
    expect(known.length).toBeGreaterThan(60)
    expect(wrong).toEqual([])
  })

  test('has no field of a message that we do not know as content, service or envelope', () => {
    /** Shown by their names. */
    const named = ['paid_media', 'story', 'invoice', 'giveaway', 'giveaway_winners', 'gift', 'unique_gift']
    const known = new Set([...Object.keys(Content.shape), ...named])
    const names = fieldsOf(api, 'Message').filter((name) => !isService({ [name]: 1 }) && unknownContent({ [name]: 1 }) === name)
    expect(names.filter((name) => !known.has(name))).toEqual([])
  })

  test('has every kind of update that we ask for, and the very reactions that we offer', () => {
    expect(fieldsOf(api, 'Update')).toEqual(expect.arrayContaining([...UPDATES]))
    const emoji = api.types.ReactionTypeEmoji?.fields?.find(({ name }) => name === 'emoji')
    expect([...REACTIONS].toSorted()).toEqual(quoted(emoji?.description ?? '').toSorted())
  })
}
