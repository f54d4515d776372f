/**
 * The sandbox's Telegram held against Telegram's own description of its Bot API (HUB_SPECS), with grammY as the client: whatever it
 * answers and tells is what the types say, so that a bot made on it meets no surprise with the real one.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Api, GrammyError, InputFile } from 'grammy'
import { botApi, problemsOfAnswer, problemsOfType } from '../../packages/core/test/channels/bot-api.ts'
import { ann } from '../../packages/local/src/sandbox/ann.ts'
import { place, until } from '../../packages/local/test/place.ts'

if (!botApi) console.log('no HUB_SPECS: the sandbox is met by grammY alone')
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const file = (name) => new InputFile(PNG, `"${name}"`)

/** A bot whose every call is judged; `met`: the methods that were. */
async function open(answers = []) {
  const here = await place(answers)
  const api = new Api(here.state.telegram.token, { apiRoot: `${here.origin}/telegram` })
  const met = new Set()
  api.config.use(async (call, method, payload, signal) => {
    const answer = await call(method, payload, signal)
    if (!botApi) return answer
    if (answer.ok)
      assert.deepEqual(problemsOfAnswer(botApi, method, answer.result), [], `${method} ${JSON.stringify(answer.result)}`)
    else assert.deepEqual(problemsOfType(botApi, 'ResponseParameters', answer.parameters ?? {}), [])
    met.add(method)
    return answer
  })
  return { here, api, met, person: here.sandbox.phones.telegram, to: ann.telegram }
}
const judge = (update) => botApi && assert.deepEqual(problemsOfType(botApi, 'Update', update), [], JSON.stringify(update))

test('what the sandbox answers to every method is what the method returns', async () => {
  const { here, api, met, person, to } = await open()
  try {
    await api.getMe()
    await api.getWebhookInfo()
    await api.setWebhook(here.hook, { secret_token: 's3cret', allowed_updates: ['message', 'callback_query'] })
    await api.getWebhookInfo()
    await api.deleteWebhook()
    await person.write({ text: '/start abc' })
    const keyboard = { inline_keyboard: [[{ text: 'Yes', callback_data: 'y' }], [{ text: 'Site', url: 'https://demo.example' }]] }
    const said = await api.sendMessage(to, 'Hello 👋', {
      reply_markup: keyboard,
      entities: [{ type: 'bold', offset: 0, length: 5 }],
    })
    await api.sendMessage(to, 'again', { reply_parameters: { message_id: said.message_id, allow_sending_without_reply: true } })
    const photo = await api.sendPhoto(to, file('a.png'), { caption: 'a' })
    await api.sendPhoto(to, photo.photo.at(-1).file_id)
    for (const send of ['sendDocument', 'sendVideo', 'sendAudio', 'sendVoice', 'sendAnimation', 'sendVideoNote', 'sendSticker'])
      await api[send](to, file('a.bin'))
    await api.sendLocation(to, 48.2, 16.4)
    await api.sendVenue(to, 48.2, 16.4, 'Shop', 'Main street 1')
    await api.sendContact(to, '+43660', 'Bob')
    await api.sendChatAction(to, 'typing')
    await api.editMessageText(to, said.message_id, 'Changed')
    await api.editMessageCaption(to, photo.message_id, { caption: 'b' })
    await api.editMessageMedia(to, photo.message_id, { type: 'photo', media: file('c.png'), caption: 'c' })
    await api.setMessageReaction(to, said.message_id, [{ type: 'emoji', emoji: '👍' }])
    await api.getFile(photo.photo.at(-1).file_id)
    await api.deleteMessage(to, said.message_id)
    await api.answerCallbackQuery('1')
    await api.getUpdates()
    assert.ok(!botApi || met.size >= 24, `${met.size} methods`)
  } finally {
    await here.close()
  }
})

test('what it tells is an update, by getUpdates and by webhook', async () => {
  const { here, api, person, to } = await open()
  try {
    const everything = async () => {
      await person.write({ text: '/start abc' })
      await person.write({ text: 'look', picture: { bytes: PNG, name: 'dot.png', mime: 'image/png' } })
      await person.write({ text: '', picture: { bytes: PNG, name: 'dot.pdf', mime: 'application/pdf' } })
      await person.contact()
      const asked = await api.sendMessage(to, 'Yes?', {
        reply_markup: { inline_keyboard: [[{ text: 'Yes', callback_data: 'y' }]] },
      })
      await person.press(String(asked.message_id), 'y')
      await person.block(true)
      await person.block(false)
    }
    await everything()
    const polled = await api.getUpdates()
    polled.forEach(judge)
    assert.ok(polled.length >= 7, `${polled.length} updates`)
    await api.getUpdates({ offset: polled.at(-1).update_id + 1 })
    await api.setWebhook(here.hook)
    await everything()
    await until(() => here.state.outbox.length === 0)
    const told = here.heard.map(({ body }) => JSON.parse(body))
    told.forEach(judge)
    assert.deepEqual(told.map(kindOf), polled.map(kindOf))
  } finally {
    await here.close()
  }
})
const kindOf = (update) => Object.keys(update).find((name) => name !== 'update_id')

test('what it refuses, it refuses in the shape of the real one', async () => {
  const { here, api, person, to } = await open()
  const refusal = async (run) => {
    const error = await run.then(
      () => assert.fail('was not refused'),
      (thrown) => thrown,
    )
    assert.ok(error instanceof GrammyError)
    return error.error_code
  }
  try {
    assert.equal(await refusal(api.sendMessage(to, 'too early')), 403)
    await person.write({ text: 'hi' })
    assert.equal(await refusal(api.sendMessage(to, 'x'.repeat(4097))), 400)
    assert.equal(await refusal(api.sendMessage(1, 'x')), 400)
    assert.equal(await refusal(api.getFile('nothing')), 400)
    assert.equal(await refusal(api.deleteMessage(to, 999)), 400)
    here.state.faults.telegram.limit = 1
    assert.equal(await refusal(api.sendMessage(to, 'x')), 429)
  } finally {
    await here.close()
  }
})
