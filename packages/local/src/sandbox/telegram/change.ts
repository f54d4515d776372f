/** What a bot may do to a message that is out: change its words, take it back, put a sign on it. */
import * as z from 'zod/mini'
import type { Sandbox } from '../sandbox.ts'
import type { Bubble } from '../state.ts'
import { type Arguments, bad, text } from './answer.ts'
import { keyboard } from './keyboard.ts'
import { bot, chat, seconds, words } from './message.ts'
import { attached, fileOf, MAX_CAPTION, MAX_TEXT, recipient } from './send.ts'

function find(sandbox: Sandbox, given: Arguments, what: string): Bubble {
  recipient(sandbox, given)
  const id = text(given, 'message_id')
  const found = sandbox.book.state.phones.telegram.find((bubble) => bubble.id === id)
  if (found) return found
  throw bad(`message to ${what} not found`)
}

const aboutOf = ({ id, at }: Bubble) => ({
  message_id: Number(id),
  from: bot,
  chat,
  date: Math.floor(Date.parse(at) / 1000),
})

const edit = (field: 'text' | 'caption', longest: number) => async (sandbox: Sandbox, given: Arguments) => {
  const bubble = find(sandbox, given, 'edit')
  const said = text(given, field) ?? ''
  if (field === 'text' && said.trim() === '') throw bad('message text is empty')
  if (said.length > longest) throw bad(`message${field === 'caption' ? ' caption' : ''} is too long`)
  if (bubble.from !== 'business') throw bad("message can't be edited")
  const { buttons, reply_markup } = keyboard(given)
  if (bubble.text === said && JSON.stringify(bubble.buttons) === JSON.stringify(buttons)) throw bad('message is not modified')
  Object.assign(bubble, { text: said, buttons })
  await sandbox.book.save()
  const content = field === 'text' ? words(said) : { caption: said }
  return { ...aboutOf(bubble), edit_date: seconds(), ...content, ...(reply_markup && { reply_markup }) }
}

export const editMessageText = edit('text', MAX_TEXT)
export const editMessageCaption = edit('caption', MAX_CAPTION)

const Media = z.object({
  type: z.enum(['photo', 'video', 'animation', 'audio', 'document']),
  media: z.string(),
  caption: z.optional(z.string()),
})

export async function editMessageMedia(sandbox: Sandbox, given: Arguments) {
  const bubble = find(sandbox, given, 'edit')
  const wanted = Media.safeParse(JSON.parse(text(given, 'media') ?? '{}'))
  if (!wanted.success) throw bad("can't parse InputMedia")
  if (bubble.from !== 'business') throw bad("message can't be edited")
  const { type, media, caption = '' } = wanted.data
  const picture = await fileOf(sandbox, new Map([...given, [type, media]]), type)
  const { file, content } = await attached(sandbox, type, picture, caption)
  Object.assign(bubble, { text: caption, file, buttons: undefined })
  await sandbox.book.save()
  return { ...aboutOf(bubble), edit_date: seconds(), ...content }
}

export async function deleteMessage(sandbox: Sandbox, given: Arguments) {
  const bubble = find(sandbox, given, 'delete')
  const { telegram } = sandbox.book.state.phones
  telegram.splice(telegram.indexOf(bubble), 1)
  await sandbox.book.save()
  return true
}

const Reactions = z.array(z.object({ emoji: z.optional(z.string()) }))

export async function setMessageReaction(sandbox: Sandbox, given: Arguments) {
  const bubble = find(sandbox, given, 'react')
  const wanted = Reactions.safeParse(JSON.parse(text(given, 'reaction') ?? '[]'))
  if (!wanted.success) throw bad("can't parse reaction")
  bubble.reaction = wanted.data[0]?.emoji
  await sandbox.book.save()
  return true
}
