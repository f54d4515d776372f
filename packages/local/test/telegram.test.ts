/** The sandboxed Bot API against grammY, the client that the hub uses. */
import { Api, GrammyError, InputFile } from 'grammy'
import { afterEach, expect, test } from 'vitest'
import { ann } from '../src/sandbox/ann.ts'
import { type Place, place, until } from './place.ts'

let here: Place
afterEach(() => here.close())

async function open(answers: number[] = []) {
  here = await place(answers)
  return new Api(here.state.telegram.token, { apiRoot: `${here.origin}/telegram` })
}
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

test('a bot proves its token and is refused with a wrong one', async () => {
  const api = await open()
  expect(await api.getMe()).toMatchObject({ is_bot: true, username: 'demo_shop_bot' })
  const stranger = new Api('1:wrong', { apiRoot: `${here.origin}/telegram` })
  await expect(stranger.getMe()).rejects.toThrow(GrammyError)
})

test('updates go to the webhook with the secret, in order, again until it answers 2xx', async () => {
  const api = await open([500, 503])
  await api.setWebhook(here.hook, { secret_token: 's3cret' })
  await here.sandbox.phones.telegram.write({ text: 'one' })
  await here.sandbox.phones.telegram.write({ text: 'two' })
  await until(() => here.state.outbox.length === 0)
  expect(here.heard.map(({ body }) => JSON.parse(body).message.text)).toEqual(['one', 'one', 'one', 'two'])
  expect(here.heard.every(({ headers }) => headers['x-telegram-bot-api-secret-token'] === 's3cret')).toBe(true)
  expect(here.state.phones.telegram.map(({ state }) => state)).toEqual(['delivered', 'delivered'])
  expect(await api.getWebhookInfo()).toMatchObject({
    url: here.hook,
    pending_update_count: 0,
    last_error_message: expect.any(String),
  })
})

test('getUpdates waits for a message, an offset confirms it, a webhook excludes it', async () => {
  const api = await open()
  const waiting = api.getUpdates({ timeout: 10 })
  await here.sandbox.phones.telegram.write({ text: 'hello' })
  const [update] = await waiting
  expect(update?.message).toMatchObject({
    text: 'hello',
    chat: { id: ann.telegram, type: 'private' },
    from: { id: ann.telegram },
  })
  expect(await api.getUpdates({ offset: (update?.update_id ?? 0) + 1 })).toEqual([])
  await api.setWebhook(here.hook)
  await expect(api.getUpdates()).rejects.toMatchObject({ error_code: 409 })
})

test('texts and pictures of a bot appear on the phone; a picture of the person can be fetched', async () => {
  const api = await open()
  await expect(api.sendMessage(ann.telegram, 'too early')).rejects.toMatchObject({ error_code: 403 })
  await here.sandbox.phones.telegram.write({ text: 'look', picture: { bytes: PNG, name: 'dot.png', mime: 'image/png' } })
  const [update] = await api.getUpdates()
  const photo = update?.message?.photo?.at(-1)
  expect(photo).toMatchObject({ width: 1, height: 1, file_size: PNG.length })
  const file = await api.getFile(photo?.file_id ?? '')
  const answer = await fetch(`${here.origin}/telegram/file/bot${here.state.telegram.token}/${file.file_path}`)
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(PNG)

  const sent = await api.sendMessage(ann.telegram, 'Nice!', {
    reply_parameters: { message_id: update?.message?.message_id ?? 0 },
  })
  const picture = await api.sendPhoto(ann.telegram, new InputFile(PNG, '"a b.png"'), { caption: 'ours' })
  expect(picture.photo?.[0]).toMatchObject({ width: 1 })
  const shown = here.state.phones.telegram.slice(1)
  expect(shown).toMatchObject([
    { id: String(sent.message_id), from: 'business', text: 'Nice!' },
    { text: 'ours', file: { mime: 'image/png', size: PNG.length } },
  ])
})

test('it refuses as the real one does', async () => {
  const api = await open()
  await here.sandbox.phones.telegram.write({ text: 'hi' })
  const refused = (run: Promise<unknown>) =>
    run.then(
      () => 'sent',
      (error: GrammyError) => `${error.error_code} ${error.description}`,
    )
  expect(await refused(api.sendMessage(ann.telegram, ' '))).toBe('400 Bad Request: message text is empty')
  expect(await refused(api.sendMessage(ann.telegram, 'x'.repeat(4097)))).toBe('400 Bad Request: message is too long')
  expect(await refused(api.sendMessage(1, 'x'))).toBe('400 Bad Request: chat not found')
  expect(await refused(api.setWebhook(here.hook, { secret_token: 'no spaces' }))).toMatch(/^400 .*unallowed/)
  await here.sandbox.phones.telegram.block?.(true)
  expect(await refused(api.sendMessage(ann.telegram, 'x'))).toBe('403 Forbidden: bot was blocked by the user')
  const updates = await api.getUpdates()
  expect(updates.at(-1)?.my_chat_member?.new_chat_member.status).toBe('kicked')
})

test('a message that is out can be changed and taken back; its buttons come back when pressed', async () => {
  const api = await open()
  await here.sandbox.phones.telegram.write({ text: 'hi' })
  const reply_markup = {
    inline_keyboard: [[{ text: 'Yes', callback_data: 'y' }], [{ text: 'Site', url: 'https://demo.example' }]],
  }
  const sent = await api.sendMessage(ann.telegram, 'Deliver?', { reply_markup })
  const last = () => here.state.phones.telegram.at(-1)
  expect(last()?.buttons).toEqual([
    { text: 'Yes', data: 'y' },
    { text: 'Site', url: 'https://demo.example' },
  ])
  await here.sandbox.phones.telegram.press?.(String(sent.message_id), 'forged')
  await here.sandbox.phones.telegram.press?.(String(sent.message_id), 'y')
  const presses = (await api.getUpdates()).flatMap((update) => update.callback_query ?? [])
  expect(presses).toMatchObject([
    { data: 'y', from: { id: ann.telegram }, message: { message_id: sent.message_id, reply_markup } },
  ])
  await api.answerCallbackQuery(presses[0]?.id ?? '')

  await api.editMessageText(ann.telegram, sent.message_id, 'Deliver today?')
  expect(last()).toMatchObject({ text: 'Deliver today?', buttons: undefined })
  const again = api.editMessageText(ann.telegram, sent.message_id, 'Deliver today?')
  await expect(again).rejects.toMatchObject({ description: 'Bad Request: message is not modified' })
  await api.setMessageReaction(ann.telegram, 1, [{ type: 'emoji', emoji: '👍' }])
  expect(here.state.phones.telegram[0]?.reaction).toBe('👍')
  await api.deleteMessage(ann.telegram, sent.message_id)
  expect(here.state.phones.telegram.map(({ text }) => text)).toEqual(['hi'])
})

test('sharing the own number proves it by the sender’s id', async () => {
  const api = await open()
  await here.sandbox.phones.telegram.contact?.()
  const [update] = await api.getUpdates()
  expect(update?.message?.contact).toMatchObject({ phone_number: ann.phone.slice(1), user_id: update?.message?.from?.id })
})

test('it misbehaves on request', async () => {
  const api = await open()
  await here.sandbox.phones.telegram.write({ text: 'hi' })
  const trouble = (faults: object) =>
    fetch(`${here.origin}/faults`, { method: 'POST', body: JSON.stringify({ provider: 'telegram', ...faults }) })
  await trouble({ limit: 1, retryAfter: 7 })
  await expect(api.sendMessage(ann.telegram, 'a')).rejects.toMatchObject({ error_code: 429, parameters: { retry_after: 7 } })
  await trouble({ down: 1 })
  await expect(api.sendMessage(ann.telegram, 'b')).rejects.toMatchObject({ error_code: 502 })
  await trouble({ drop: 1 })
  await expect(api.sendMessage(ann.telegram, 'accepted, never answered')).rejects.toThrow('Network request')
  await api.sendMessage(ann.telegram, 'again fine')
  expect(here.state.phones.telegram.map(({ text }) => text)).toEqual(['hi', 'accepted, never answered', 'again fine'])
  await trouble({ repeat: true })
  await api.setWebhook(here.hook)
  await until(() => here.heard.length === 2)
  expect(here.heard[0]?.body).toBe(here.heard[1]?.body)
})
