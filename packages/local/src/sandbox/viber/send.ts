/** send_message: what Viber refuses, what the phone shows, and the delivered and seen that follow. */
import { randomUUID } from 'node:crypto'
import * as z from 'zod/mini'
import { ann } from '../ann.ts'
import { fetchFile, keep, type Sandbox, show } from '../sandbox.ts'
import type { Bubble } from '../state.ts'
import { addCallback, newToken } from './callback.ts'
import { ViberError } from './error.ts'

const text = z.string().check(z.maxLength(7000))
const media = z.string().check(z.maxLength(2000))
const action = z.string().check(z.minLength(1), z.maxLength(2000))
const rows = (most: number) => z.optional(z.int().check(z.minimum(1), z.maximum(most)))
const Keyboard = z.object({
  Type: z.literal('keyboard'),
  Buttons: z
    .array(
      z.object({
        Columns: rows(6),
        Rows: rows(2),
        ActionType: z.enum(['reply', 'open-url', 'none']),
        ActionBody: action,
        Text: z.optional(z.string().check(z.maxLength(250))),
      }),
    )
    .check(z.minLength(1)),
})
const about = {
  receiver: z.string(),
  sender: z.object({ name: z.string().check(z.minLength(1), z.maxLength(28)), avatar: z.optional(z.string()) }),
  tracking_data: z.optional(z.string().check(z.maxLength(4096))),
  keyboard: z.optional(Keyboard),
}
const Message = z.discriminatedUnion('type', [
  z.object({ ...about, type: z.literal('text'), text: text.check(z.minLength(1)) }),
  z.object({ ...about, type: z.literal('picture'), text: z.string().check(z.maxLength(768)), media }),
  z.object({ ...about, type: z.literal('video'), media, size: z.number(), text: z.optional(text) }),
  z.object({ ...about, type: z.literal('file'), media, size: z.number(), file_name: z.string().check(z.maxLength(256)) }),
  z.object({ ...about, type: z.literal('location'), location: z.object({ lat: z.number(), lon: z.number() }) }),
  z.object({
    ...about,
    type: z.literal('contact'),
    contact: z.object({ name: z.string().check(z.maxLength(28)), phone_number: z.string().check(z.maxLength(18)) }),
  }),
  z.object({ ...about, type: z.literal('url'), media }),
])
type Message = z.infer<typeof Message>

export const fileKey = () => `vb-${randomUUID()}`

/** The phone shows them under the message; a real one in place of its own keys. */
const keysOf = ({ keyboard }: Message): Pick<Bubble, 'buttons'> =>
  keyboard
    ? {
        buttons: keyboard.Buttons.map(({ ActionType, ActionBody, Text = ActionBody }) =>
          ActionType === 'open-url' ? { text: Text, url: ActionBody } : { text: Text, data: ActionBody },
        ),
      }
    : {}

async function shown(sandbox: Sandbox, message: Message): Promise<Pick<Bubble, 'text' | 'file'>> {
  switch (message.type) {
    case 'text':
      return { text: message.text }
    case 'location':
      return { text: `Place: ${message.location.lat}, ${message.location.lon}` }
    case 'contact':
      return { text: `Contact: ${message.contact.name}, ${message.contact.phone_number}` }
    case 'url':
      return { text: message.media }
    default: {
      const fetched = await fetchFile(sandbox, message.media).catch(() => {
        throw new ViberError(3, 'badData')
      })
      const name = message.type === 'file' ? message.file_name : fetched.name
      return { text: ('text' in message && message.text) || '', file: await keep(sandbox, fileKey(), { ...fetched, name }) }
    }
  }
}

export async function send(sandbox: Sandbox, body: unknown) {
  const { viber } = sandbox.book.state
  if (!viber.webhook) throw new ViberError(10, 'webhookNotSet')
  const parsed = Message.safeParse(body)
  if (!parsed.success) throw new ViberError(3, 'badData')
  const message = parsed.data
  if (message.receiver !== ann.viber) throw new ViberError(5, 'receiverNotRegistered')
  if (!viber.subscribed) throw new ViberError(6, 'receiverNotSubscribed')
  const content = await shown(sandbox, message)
  const token = newToken(sandbox)
  show(sandbox, 'viber', { id: token, from: 'business', state: 'read', ...content, ...keysOf(message) })
  await sandbox.book.save()
  for (const event of ['delivered', 'seen']) {
    await addCallback(sandbox, { event, message_token: token, user_id: ann.viber }, undefined, sandbox.pace)
  }
  return { message_token: token, billing_status: 1 }
}
