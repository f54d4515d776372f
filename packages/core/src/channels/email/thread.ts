/** What an answer needs to land in the customer's own thread and with all who are in it; kept with the message, at most 2 KB. */
import { addressParser, type Email } from 'postal-mime'
import * as z from 'zod/mini'
import { isMailbox } from '../../mailbox.ts'
import { mailAddress, oneLine } from './address.ts'
import { idsOf } from './ids.ts'

const Thread = z.object({
  messageId: z.optional(z.string()),
  references: z.optional(z.array(z.string())),
  subject: z.optional(z.string()),
  /** Where the sender wants the answer, if not where they wrote from. */
  answerTo: z.optional(z.string()),
  /** The others who got it. */
  cc: z.optional(z.array(z.string())),
})
export type Thread = z.infer<typeof Thread>

const MAX_IDS = 20
const MAX_IDS_LENGTH = 1000
const MAX_CC = 10
const MAX_CC_LENGTH = 400

export const readThread = (value: unknown): Thread => Thread.safeParse(value).data ?? {}

/** The newest references: the root may go, what the other side's client threads by is the end of the chain. */
function referencesOf(mail: Email, messageId: string | undefined): string[] {
  const all = [...idsOf(mail.references), ...idsOf(mail.inReplyTo)].filter((id) => id !== messageId)
  const kept: string[] = []
  let size = 0
  for (const id of [...new Set(all)].slice(-MAX_IDS).toReversed()) {
    size += id.length
    if (size > MAX_IDS_LENGTH) break
    kept.unshift(id)
  }
  return kept
}

/** All addresses of a header, however often it stands there. Groups are opened. */
export const addressesIn = (mail: Email, name: string): string[] =>
  mail.headers
    .filter(({ key }) => key === name)
    .flatMap(({ value }) => addressParser(value, { flatten: true }))
    .flatMap(({ address }) => mailAddress(address ?? '') ?? [])

/**
 * `verified`: DMARC stands behind the sender. Only then is their word taken for whom else we write to: whoever forges a mail would
 * otherwise read our answer.
 */
export function threadOf(mail: Email, from: string, mailbox: string, verified: boolean): Thread {
  const messageId = idsOf(mail.messageId)[0]
  const references = referencesOf(mail, messageId)
  const subject = oneLine(mail.subject ?? '').slice(0, 200)
  const base = { ...(messageId && { messageId }), ...(references.length > 0 && { references }), ...(subject && { subject }) }
  if (!verified) return base
  const foreign = (address: string) => address.length <= 100 && !isMailbox(address, mailbox)
  const [answerTo] = addressesIn(mail, 'reply-to').filter((address) => foreign(address) && address !== from)
  const cc: string[] = []
  for (const address of new Set([...addressesIn(mail, 'to'), ...addressesIn(mail, 'cc')])) {
    if (!foreign(address) || address === from || address === answerTo || cc.length >= MAX_CC) continue
    if (cc.join('').length + address.length > MAX_CC_LENGTH) break
    cc.push(address)
  }
  return { ...base, ...(answerTo && { answerTo }), ...(cc.length > 0 && { cc }) }
}
