/** Telegram's Bot API: /sandbox/telegram/bot<TOKEN>/<method> and its files. */
import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { ann } from '../ann.ts'
import { dropAnswer, type Faulty, faultOf } from '../faults.ts'
import { keep, type Sandbox, show, type Written } from '../sandbox.ts'
import { type Arguments, BotError, bad, readArguments, text } from './answer.ts'
import { deleteMessage, editMessageCaption, editMessageMedia, editMessageText, setMessageReaction } from './change.ts'
import { markupOf } from './keyboard.ts'
import { attachment, bot, chat, customer, seconds, words } from './message.ts'
import { fileId, sendContact, sendFile, sendLocation, sendMessage, sendVenue } from './send.ts'
import { addUpdate, deleteWebhook, getUpdates, getWebhookInfo, setWebhook } from './updates.ts'

type Method = (sandbox: Sandbox, given: Arguments) => unknown

const methods = new Map<string, Method>(
  Object.entries({
    getMe: () => ({ ...bot, can_join_groups: true, can_read_all_group_messages: false, supports_inline_queries: false }),
    setWebhook,
    deleteWebhook,
    getWebhookInfo,
    getUpdates,
    sendMessage,
    sendPhoto: sendFile('photo'),
    sendDocument: sendFile('document'),
    sendVideo: sendFile('video'),
    sendAudio: sendFile('audio'),
    sendVoice: sendFile('voice'),
    sendLocation,
    sendVenue,
    sendContact,
    sendAnimation: sendFile('animation'),
    sendSticker: sendFile('sticker'),
    sendVideoNote: sendFile('video_note'),
    editMessageText,
    editMessageCaption,
    editMessageMedia,
    deleteMessage,
    setMessageReaction,
    answerCallbackQuery: () => true,
    sendChatAction: () => true,
    getFile,
  } satisfies Record<string, Method>).map(([name, method]) => [name.toLowerCase(), method]),
)

async function getFile(sandbox: Sandbox, given: Arguments) {
  const id = text(given, 'file_id') ?? ''
  const file = id && (await sandbox.files.get(id))
  if (!file) throw bad('wrong file_id or the file is temporarily unavailable')
  if (file.bytes.byteLength > 20_000_000) throw bad('file is too big')
  return { file_id: id, file_unique_id: `u${id.slice(-14)}`, file_size: file.bytes.byteLength, file_path: `files/${id}` }
}

export function telegramApi(sandbox: Sandbox): Hono<Faulty> {
  const app = new Hono<Faulty>()
  const known = (segment: string) => segment === `bot${sandbox.book.state.telegram.token}`

  app.get('/file/:bot/files/:id', async (c) => {
    const file = known(c.req.param('bot')) ? await sandbox.files.get(c.req.param('id')) : undefined
    if (!file) return c.json({ ok: false, error_code: 404, description: 'Not Found' }, 404)
    return c.body(new Uint8Array(file.bytes), 200, { 'content-type': 'application/octet-stream' })
  })

  app.on(['GET', 'POST'], '/:bot/:method', async (c) => {
    try {
      if (!known(c.req.param('bot'))) throw new BotError(401, 'Unauthorized')
      const name = c.req.param('method').toLowerCase()
      const method = methods.get(name)
      if (!method) throw new BotError(404, 'Not Found')
      const fault = faultOf(sandbox, 'telegram')
      if (fault === 'down') throw new BotError(502, 'Bad Gateway')
      if (fault) throw new BotError(429, `Too Many Requests: retry after ${fault.after}`, { retry_after: fault.after })
      const result = await method(sandbox, await readArguments(c))
      if (name.startsWith('send') && dropAnswer(sandbox, 'telegram', c)) return c.body(null)
      return c.json({ ok: true, result })
    } catch (error) {
      if (!(error instanceof BotError)) throw error
      const { code, description, parameters } = error
      return Response.json({ ok: false, error_code: code, description, ...(parameters && { parameters }) }, { status: code })
    }
  })
  return app
}

/** What the person does on this phone. */
export function telegramPhone(sandbox: Sandbox) {
  const { state } = sandbox.book

  function next(): { id: number; base: { message_id: number; from: typeof customer; chat: typeof chat; date: number } } {
    const id = state.telegram.nextMessage++
    state.telegram.started = true
    return { id, base: { message_id: id, from: customer, chat, date: seconds() } }
  }

  return {
    async write({ text, picture }: Written): Promise<void> {
      if (state.telegram.blocked) await this.block(false)
      const { id, base } = next()
      const file = picture && (await keep(sandbox, fileId(), picture))
      const kind = file?.mime.startsWith('image/') ? 'photo' : 'document'
      const content = file && picture ? { ...attachment(kind, file, picture.bytes), ...(text && { caption: text }) } : words(text)
      show(sandbox, 'telegram', { id: String(id), from: 'person', text, state: 'sending', ...(file && { file }) })
      await addUpdate(sandbox, { message: { ...base, ...content } }, String(id))
    },

    /** "Share my phone number": the one contact that proves whose number it is. */
    async contact(): Promise<void> {
      const { id, base } = next()
      const contact = { phone_number: ann.phone.slice(1), first_name: ann.first, last_name: ann.last, user_id: ann.telegram }
      show(sandbox, 'telegram', { id: String(id), from: 'person', text: `My phone number: ${ann.phone}`, state: 'sending' })
      await addUpdate(sandbox, { message: { ...base, contact } }, String(id))
    },

    /** One of the buttons under a message; what comes back is what the bot put on it. */
    async press(message: string, data: string): Promise<void> {
      const bubble = state.phones.telegram.find(({ id }) => id === message)
      if (!bubble?.buttons?.some((button) => button.data === data)) return
      const about = { message_id: Number(bubble.id), from: bot, chat, date: Math.floor(Date.parse(bubble.at) / 1000) }
      const told = { ...about, text: bubble.text, reply_markup: markupOf(bubble) }
      const query = { id: randomUUID(), from: customer, chat_instance: String(chat.id), message: told, data }
      await addUpdate(sandbox, { callback_query: query })
    },

    async block(blocked: boolean): Promise<void> {
      if (state.telegram.blocked === blocked) return
      state.telegram.blocked = blocked
      const member = { user: bot, status: 'member' as const }
      const kicked = { user: bot, status: 'kicked' as const, until_date: 0 }
      const [before, after] = blocked ? [member, kicked] : [kicked, member]
      const about = { chat, from: customer, date: seconds(), old_chat_member: before, new_chat_member: after }
      await addUpdate(sandbox, { my_chat_member: about })
    },
  }
}
