/** Buttons under a message, one in each row: labels stay readable on a phone. */
import type { InlineKeyboardMarkup } from 'grammy/types'
import type { Part } from '../../message.ts'

type Buttons = Extract<Part, { type: 'buttons' }>

/** What a press brings back, in bytes of UTF-8. */
const MOST = 64
const bytes = (text: string) => Buffer.byteLength(text)

export function keyboardOf({ buttons }: Buttons): InlineKeyboardMarkup {
  return {
    inline_keyboard: buttons.map(({ label, value, url }) => {
      const text = label.toWellFormed()
      return [url === undefined ? { text, callback_data: dataOf(text, value) } : { text, url }]
    }),
  }
}

/** A value too long to come back gives way to the label, which is what an agent reads of a press anyway. */
function dataOf(label: string, value = label): string {
  const data = value.toWellFormed()
  if (data !== '' && bytes(data) <= MOST) return data
  let cut = ''
  for (const character of label) {
    if (bytes(cut + character) > MOST) break
    cut += character
  }
  return cut
}
