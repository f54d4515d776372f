/** What we read of Telegram's updates, leniently: a field that changed its shape costs that field, not the message. */
import * as z from 'zod/mini'

const maybe = <T extends z.ZodMiniType>(schema: T) => z.catch(z.optional(schema), undefined)

export const User = z.object({
  id: z.int(),
  is_bot: maybe(z.boolean()),
  first_name: maybe(z.string()),
  last_name: maybe(z.string()),
  username: maybe(z.string()),
  language_code: maybe(z.string()),
})
export type User = z.infer<typeof User>

export const Chat = z.object({ id: z.int(), type: z.string() })

export const Entity = z.object({ type: z.string(), offset: z.int(), length: z.int(), url: maybe(z.string()) })
export type Entity = z.infer<typeof Entity>

const File = z.object({
  file_id: z.string(),
  file_name: maybe(z.string()),
  mime_type: maybe(z.string()),
  file_size: maybe(z.number()),
  width: maybe(z.number()),
  height: maybe(z.number()),
  /** Side of a round video. */
  length: maybe(z.number()),
  duration: maybe(z.number()),
  performer: maybe(z.string()),
  title: maybe(z.string()),
})
export type File = z.infer<typeof File>

const Location = z.object({ latitude: z.number(), longitude: z.number() })

/** The content of a message; which of these are set says what it is. */
export const Content = z.object({
  text: maybe(z.string()),
  entities: maybe(z.array(Entity)),
  caption: maybe(z.string()),
  photo: maybe(z.array(File)),
  live_photo: maybe(z.extend(File, { photo: maybe(z.array(File)) })),
  animation: maybe(File),
  document: maybe(File),
  video: maybe(File),
  video_note: maybe(File),
  voice: maybe(File),
  audio: maybe(File),
  sticker: maybe(z.extend(File, { emoji: maybe(z.string()), is_animated: maybe(z.boolean()), is_video: maybe(z.boolean()) })),
  venue: maybe(z.object({ location: Location, title: maybe(z.string()), address: maybe(z.string()) })),
  location: maybe(Location),
  contact: maybe(
    z.object({
      phone_number: z.string(),
      first_name: maybe(z.string()),
      last_name: maybe(z.string()),
      user_id: maybe(z.int()),
    }),
  ),
  poll: maybe(z.object({ question: z.string(), options: maybe(z.array(z.object({ text: z.string() }))) })),
  dice: maybe(z.object({ emoji: z.string(), value: z.number() })),
  game: maybe(z.object({ title: z.string() })),
  checklist: maybe(z.object({ title: z.string(), tasks: maybe(z.array(z.object({ text: z.string() }))) })),
  forward_origin: maybe(
    z.object({
      type: z.string(),
      sender_user: maybe(User),
      sender_user_name: maybe(z.string()),
      sender_chat: maybe(z.object({ title: maybe(z.string()) })),
      chat: maybe(z.object({ title: maybe(z.string()) })),
    }),
  ),
})
export type Content = z.infer<typeof Content>

export const Message = z.extend(Content, {
  message_id: z.int(),
  message_thread_id: maybe(z.int()),
  is_topic_message: maybe(z.boolean()),
  date: z.int(),
  edit_date: maybe(z.int()),
  chat: Chat,
  from: maybe(User),
  business_connection_id: maybe(z.string()),
  sender_business_bot: maybe(User),
  reply_to_message: maybe(z.object({ message_id: z.int() })),
})
export type Message = z.infer<typeof Message>

const Reaction = z.object({ type: z.string(), emoji: maybe(z.string()) })
export const MessageReaction = z.object({
  chat: Chat,
  message_id: z.int(),
  user: maybe(User),
  date: z.int(),
  new_reaction: z.array(Reaction),
})
export type MessageReaction = z.infer<typeof MessageReaction>

export const MemberChange = z.object({ chat: Chat, from: User, date: z.int(), new_chat_member: z.object({ status: z.string() }) })
export type MemberChange = z.infer<typeof MemberChange>

export const DeletedMessages = z.object({ business_connection_id: z.string(), chat: Chat, message_ids: z.array(z.int()) })
export type DeletedMessages = z.infer<typeof DeletedMessages>

export const Update = z.looseObject({ update_id: z.int() })
