/** A button of ours that was pressed: the customer's word is what stood on it. */
import type { ChannelEvent } from '../../channel.ts'
import { nameOf, senderOf, threadOf } from './place.ts'
import type { Press } from './update.ts'

/** Beside a press Telegram tells no time; its own number stands in its place. */
export function readPress(press: Press, id: (press: string) => string): ChannelEvent[] | undefined {
  const { message, from: user, data } = press
  /** Of a message that we never sent into a chat: nothing to hold it against. */
  if (message === undefined) return undefined
  const from = senderOf(message.chat, user, message)
  /** What a client sends back can be forged: only the chat's own person presses its buttons. */
  if (from === undefined || user.id !== message.chat.id) return []
  return [
    {
      type: 'message',
      id: id(press.id),
      from,
      parts: [{ type: 'text', text: labelOf(press) ?? data }],
      replyTo: nameOf(message.message_id, message.business_connection_id),
      thread: threadOf(message),
      acknowledge: press.id,
    },
  ]
}

/** Not of an old message out of reach, nor of a button that is gone. */
function labelOf({ message, data }: Press): string | undefined {
  const buttons = message?.reply_markup?.inline_keyboard.flat() ?? []
  return buttons.find((button) => button.callback_data === data)?.text
}
