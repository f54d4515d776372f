/** What an answer needs to land in the customer's own thread; kept with the message, at most 2 KB. */
import type { Email } from 'postal-mime'
import * as z from 'zod/mini'
import { idsOf } from './ids.ts'

const Thread = z.object({
  messageId: z.optional(z.string()),
  references: z.optional(z.array(z.string())),
  subject: z.optional(z.string()),
})
export type Thread = z.infer<typeof Thread>

const MAX_IDS = 20
const MAX_BYTES = 1400

export const readThread = (value: unknown): Thread => Thread.safeParse(value).data ?? {}

/** One line, whatever an encoded word hid in it. */
export const oneLine = (text: string) => text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()

/** The newest references: the root may go, what the other side's client threads by is the end of the chain. */
export function threadOf(mail: Email): Thread {
  const messageId = idsOf(mail.messageId)[0]
  const all = [...idsOf(mail.references), ...idsOf(mail.inReplyTo)].filter((id) => id !== messageId)
  const references: string[] = []
  let size = 0
  for (const id of [...new Set(all)].slice(-MAX_IDS).toReversed()) {
    size += id.length
    if (size > MAX_BYTES) break
    references.unshift(id)
  }
  const subject = oneLine(mail.subject ?? '').slice(0, 200)
  return { ...(messageId && { messageId }), ...(references.length > 0 && { references }), ...(subject && { subject }) }
}
