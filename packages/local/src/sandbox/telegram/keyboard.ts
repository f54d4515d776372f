/** Inline buttons of a message: kept with it, shown under it, pressed by the person. */
import type { InlineKeyboardMarkup } from 'grammy/types'
import * as z from 'zod/mini'
import type { Bubble } from '../state.ts'
import { type Arguments, bad, text } from './answer.ts'

const MOST_BYTES = 64
const Markup = z.object({
  inline_keyboard: z.array(
    z.array(z.object({ text: z.string(), callback_data: z.optional(z.string()), url: z.optional(z.string()) })),
  ),
})
type Markup = z.infer<typeof Markup>

/** Other markups (a keyboard in place of the phone's own) are taken and not shown. */
export function keyboard(given: Arguments): { buttons?: NonNullable<Bubble['buttons']>; reply_markup?: Markup } {
  const raw = text(given, 'reply_markup')
  const markup = raw === undefined ? undefined : Markup.safeParse(JSON.parse(raw))
  if (!markup?.success) return {}
  const keys = markup.data.inline_keyboard.flat()
  if (keys.some(({ callback_data = '' }) => Buffer.byteLength(callback_data) > MOST_BYTES)) throw bad('BUTTON_DATA_INVALID')
  const buttons = keys.map(({ text: label, callback_data, url }) => ({
    text: label,
    ...(callback_data !== undefined && { data: callback_data }),
    ...(url !== undefined && { url }),
  }))
  return { buttons, reply_markup: markup.data }
}

export const markupOf = ({ buttons = [] }: Bubble): InlineKeyboardMarkup => ({
  inline_keyboard: buttons.map(({ text: label, data = '', url }) => [
    url === undefined ? { text: label, callback_data: data } : { text: label, url },
  ]),
})
