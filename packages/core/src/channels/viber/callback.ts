/** What we read of Viber's callbacks, leniently: a field that changed its shape costs that field, not the message. */
import * as z from 'zod/mini'
import { MessageToken } from './json.ts'

const maybe = <T extends z.ZodMiniType>(schema: T) => z.catch(z.optional(schema), undefined)

const UserId = z.string().check(z.minLength(1))

export const User = z.object({ id: UserId, name: maybe(z.string()), language: maybe(z.string()) })
export type User = z.infer<typeof User>

export const Content = z.object({
  type: z.string(),
  text: maybe(z.string()),
  media: maybe(z.string()),
  file_name: maybe(z.string()),
  size: maybe(z.number()),
  duration: maybe(z.number()),
  location: maybe(z.object({ lat: z.number(), lon: z.number() })),
  contact: maybe(z.object({ name: maybe(z.string()), phone_number: maybe(z.string()) })),
  sticker_id: maybe(z.union([z.string(), z.number()])),
})
export type Content = z.infer<typeof Content>

const common = { message_token: MessageToken, timestamp: maybe(z.number()) }

export const Callback = z.discriminatedUnion('event', [
  z.object({ event: z.literal('message'), ...common, sender: User, message: Content, chat_id: maybe(z.string()) }),
  z.object({ event: z.literal('delivered'), ...common }),
  z.object({ event: z.literal('seen'), ...common }),
  z.object({ event: z.literal('failed'), ...common, desc: maybe(z.string()) }),
  z.object({ event: z.literal('subscribed'), ...common, user: User }),
  z.object({ event: z.literal('unsubscribed'), ...common, user_id: UserId }),
  z.object({ event: z.literal('conversation_started'), ...common, user: User, context: maybe(z.string()) }),
])
export type Callback = z.infer<typeof Callback>

/** Of any callback, also of those that we do not know. */
export const Kind = z.object({ event: z.string() })
