/**
 * What we read of Viber's callbacks, leniently: a field that changed its shape costs that field, not the message. Every text has an
 * end well above Viber's own limits, so that an entry stays storable whatever is sent.
 */
import * as z from 'zod/mini'
import { MessageToken } from './json.ts'
import { cut } from './name.ts'

const maybe = <T extends z.ZodMiniType>(schema: T) => z.catch(z.optional(schema), undefined)
const words = (most: number) => z.string().check(z.overwrite((text) => cut(text, most)))
/** What names something is right or absent, never cut. */
const name = (most: number) => z.string().check(z.minLength(1), z.maxLength(most))

const UserId = name(256)

export const User = z.object({ id: UserId, name: maybe(words(256)), language: maybe(name(35)) })
export type User = z.infer<typeof User>

export const Content = z.object({
  type: words(64),
  text: maybe(z.string()),
  media: maybe(name(4096)),
  file_name: maybe(words(256)),
  size: maybe(z.number()),
  duration: maybe(z.number()),
  location: maybe(z.object({ lat: z.number(), lon: z.number() })),
  contact: maybe(z.object({ name: maybe(words(256)), phone_number: maybe(name(64)) })),
  sticker_id: maybe(z.union([name(64), z.number()])),
})
export type Content = z.infer<typeof Content>

const common = { message_token: MessageToken, timestamp: maybe(z.number()) }

export const Callback = z.discriminatedUnion('event', [
  z.object({ event: z.literal('message'), ...common, sender: User, message: Content, chat_id: maybe(z.string()) }),
  z.object({ event: z.literal('delivered'), ...common }),
  z.object({ event: z.literal('seen'), ...common }),
  z.object({ event: z.literal('failed'), ...common, desc: maybe(words(500)) }),
  z.object({ event: z.literal('subscribed'), ...common, user: User }),
  z.object({ event: z.literal('unsubscribed'), ...common, user_id: UserId }),
  z.object({ event: z.literal('conversation_started'), ...common, user: User, context: maybe(name(512)) }),
])
export type Callback = z.infer<typeof Callback>

/** Of any callback, also of those that we do not know. */
export const Kind = z.object({ event: words(64) })
