/** Where a message stands, who wrote it, and how we name it. */
import type * as z from 'zod/mini'
import type { Sender } from '../../channel.ts'
import type { Chat, Place, User } from './update.ts'

/**
 * The customer, or nobody: groups, channels, bots, and in a business chat the owner's own words. A private chat's id is the
 * customer's user id, and it is where answers go.
 */
export function senderOf(
  chat: z.infer<typeof Chat>,
  user: User | undefined,
  message?: { business_connection_id?: string | undefined; sender_business_bot?: User | undefined },
): Sender | undefined {
  if (chat.type !== 'private' || user?.is_bot || message?.sender_business_bot) return undefined
  if (message?.business_connection_id !== undefined && user?.id !== chat.id) return undefined
  const name = [user?.first_name, user?.last_name].filter(Boolean).join(' ')
  return {
    address: String(chat.id),
    ...(name && { name }),
    ...(user?.username && { username: user.username }),
    ...(user?.language_code && { language: user.language_code }),
  }
}

/** Message numbers are the bot's own; a business chat counts by its owner's account. */
export const nameOf = (message: number, business: string | undefined): string =>
  business === undefined ? String(message) : `${business}:${message}`

/** A message's name read again; `undefined`: the name of something else (an update, a button's press). */
export function readName(name: string | undefined): { message: number; business?: string } | undefined {
  const found = /^(?:(.*\D.*):)?(\d{1,10})$/s.exec(name ?? '')
  const message = Number(found?.[2])
  if (!found || message <= 0) return undefined
  return { message, ...(found[1] !== undefined && { business: found[1] }) }
}

/** Always given: a customer who left a topic or a business chat is answered where they are now. */
export function threadOf(place: Place): Record<string, unknown> {
  const topic = place.is_topic_message ? place.message_thread_id : undefined
  const business = place.business_connection_id
  return {
    ...(topic !== undefined && { message_thread_id: topic }),
    ...(business !== undefined && { business_connection_id: business }),
  }
}

/** 0 marks an inaccessible message; beyond the calendar lies nothing. */
export function timeOf(seconds: number): { at?: string } {
  return seconds > 0 && seconds < 8.64e12 ? { at: new Date(seconds * 1000).toISOString() } : {}
}
