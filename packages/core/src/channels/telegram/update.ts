/**
 * What we read of Telegram's updates, leniently: a field that changed its shape costs that field, not the message. Every text and
 * list has an end well above Telegram's own limits, so that an entry stays storable whatever is sent.
 */
import * as z from 'zod/mini'

const maybe = <T extends z.ZodMiniType>(schema: T) => z.catch(z.optional(schema), undefined)

/** Cut at a border of characters. */
const words = (most: number) => z.string().check(z.overwrite((text) => (text.length > most ? whole(text.slice(0, most)) : text)))
const whole = (text: string) => (/[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text)
/** The first so many; one that is not of the shape is left out. */
const few = <T extends z.ZodMiniType>(schema: T, most: number) =>
  z.pipe(
    z.array(z.unknown()),
    z.transform((all: unknown[]): z.infer<T>[] =>
      all.slice(0, most).flatMap((one) => {
        const known = schema.safeParse(one)
        return known.success ? [known.data] : []
      }),
    ),
  )
/** What names something is right or absent, never cut. */
const name = (most: number) => z.string().check(z.minLength(1), z.maxLength(most))

export const User = z.object({
  id: z.int(),
  is_bot: maybe(z.boolean()),
  first_name: maybe(words(256)),
  last_name: maybe(words(256)),
  username: maybe(name(64)),
  language_code: maybe(name(35)),
})
export type User = z.infer<typeof User>

export const Chat = z.object({ id: z.int(), type: z.string() })

export const Entity = z.object({ type: z.string(), offset: z.int(), length: z.int(), url: maybe(name(4096)) })
export type Entity = z.infer<typeof Entity>

const File = z.object({
  file_id: name(1024),
  file_name: maybe(words(256)),
  mime_type: maybe(name(128)),
  file_size: maybe(z.number()),
  width: maybe(z.number()),
  height: maybe(z.number()),
  /** Side of a round video. */
  length: maybe(z.number()),
  duration: maybe(z.number()),
  performer: maybe(words(128)),
  title: maybe(words(128)),
})
export type File = z.infer<typeof File>

const Location = z.object({ latitude: z.number(), longitude: z.number(), live_period: maybe(z.number()) })
const Titled = z.object({ title: maybe(words(256)) })
const Line = z.object({ text: words(256) })

const Origin = z.object({
  type: z.string(),
  sender_user: maybe(User),
  sender_user_name: maybe(words(256)),
  sender_chat: maybe(Titled),
  chat: maybe(Titled),
})
export type Origin = z.infer<typeof Origin>

/** The content of a message; which of these are set says what it is. */
export const Content = z.object({
  text: maybe(z.string()),
  entities: maybe(few(Entity, 200)),
  rich_message: maybe(z.object({ blocks: z.array(z.unknown()) })),
  caption: maybe(words(4096)),
  caption_entities: maybe(few(Entity, 200)),
  photo: maybe(few(File, 32)),
  live_photo: maybe(File),
  animation: maybe(File),
  document: maybe(File),
  video: maybe(File),
  video_note: maybe(File),
  voice: maybe(File),
  audio: maybe(File),
  sticker: maybe(z.extend(File, { emoji: maybe(name(64)), is_animated: maybe(z.boolean()), is_video: maybe(z.boolean()) })),
  venue: maybe(z.object({ location: Location, title: maybe(words(512)), address: maybe(words(512)) })),
  location: maybe(Location),
  contact: maybe(
    z.object({
      phone_number: name(64),
      first_name: maybe(words(256)),
      last_name: maybe(words(256)),
      user_id: maybe(z.int()),
    }),
  ),
  poll: maybe(z.object({ question: words(512), options: maybe(few(Line, 32)) })),
  dice: maybe(z.object({ emoji: words(64), value: z.number() })),
  game: maybe(z.object({ title: words(256) })),
  checklist: maybe(z.object({ title: words(512), tasks: maybe(few(Line, 64)) })),
  forward_origin: maybe(Origin),
  quote: maybe(z.object({ text: words(2048) })),
  external_reply: maybe(z.object({ origin: Origin })),
  reply_to_story: maybe(z.object({ id: z.int() })),
})
export type Content = z.infer<typeof Content>

/** Where a message stands. */
const Place = z.object({
  message_id: z.int(),
  message_thread_id: maybe(z.int()),
  is_topic_message: maybe(z.boolean()),
  date: z.int(),
  chat: Chat,
  business_connection_id: maybe(name(256)),
})
export type Place = z.infer<typeof Place>

export const Message = z.extend(Content, {
  ...Place.shape,
  edit_date: maybe(z.int()),
  from: maybe(User),
  sender_business_bot: maybe(User),
  media_group_id: maybe(name(64)),
  reply_to_message: maybe(z.object({ message_id: z.int() })),
})
export type Message = z.infer<typeof Message>

/** The message may be out of reach (date 0), or none of this chat's. */
export const Press = z.object({
  id: name(64),
  from: User,
  message: maybe(
    z.extend(Place, {
      reply_markup: maybe(
        z.object({
          inline_keyboard: few(few(z.object({ text: words(256), callback_data: maybe(name(64)) }), 100), 100),
        }),
      ),
    }),
  ),
  data: name(64),
})
export type Press = z.infer<typeof Press>

const Reaction = z.object({ type: z.string(), emoji: maybe(words(64)) })
export const MessageReaction = z.object({
  chat: Chat,
  message_id: z.int(),
  user: maybe(User),
  date: z.int(),
  new_reaction: few(Reaction, 16),
})
export type MessageReaction = z.infer<typeof MessageReaction>

export const MemberChange = z.object({ chat: Chat, from: User, date: z.int(), new_chat_member: z.object({ status: z.string() }) })
export type MemberChange = z.infer<typeof MemberChange>

export const DeletedMessages = z.object({
  business_connection_id: name(256),
  chat: Chat,
  message_ids: z.array(z.int()).check(z.maxLength(1000)),
})
export type DeletedMessages = z.infer<typeof DeletedMessages>

export const Update = z.looseObject({ update_id: z.int() })
