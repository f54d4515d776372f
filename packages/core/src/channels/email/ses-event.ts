/**
 * What SES tells of mails that we sent through it: events of a configuration set (`eventType`) and feedback notifications of an identity
 * (`notificationType`), which look alike. At least once, in any order.
 */
import * as z from 'zod/mini'
import type { ChannelEvent } from '../../channel.ts'
import type { Failure } from '../../connector.ts'
import { mailAddress } from './address.ts'
import { refusalOf } from './refusal.ts'

const Recipient = z.object({
  emailAddress: z.string(),
  status: z.optional(z.string()),
  diagnosticCode: z.optional(z.string()),
})
const SesEvent = z.object({
  eventType: z.optional(z.string()),
  notificationType: z.optional(z.string()),
  mail: z.object({
    messageId: z.string(),
    timestamp: z.optional(z.string()),
    destination: z.optional(z.array(z.string())),
    commonHeaders: z.optional(z.object({ to: z.optional(z.array(z.string())) })),
    tags: z.optional(z.record(z.string(), z.array(z.string()))),
  }),
  bounce: z.optional(
    z.object({
      bounceType: z.string(),
      bounceSubType: z.optional(z.string()),
      bouncedRecipients: z.array(Recipient),
      timestamp: z.optional(z.string()),
    }),
  ),
  complaint: z.optional(z.object({ complainedRecipients: z.array(Recipient), complaintFeedbackType: z.optional(z.string()) })),
  delivery: z.optional(z.object({ timestamp: z.optional(z.string()), recipients: z.optional(z.array(z.string())) })),
  reject: z.optional(z.object({ reason: z.optional(z.string()) })),
  failure: z.optional(z.object({ errorMessage: z.optional(z.string()) })),
})
type SesEvent = z.infer<typeof SesEvent>

/** Ours are of a configuration set that asks for none of these; a pixel that tells who opened what is not ours to send. */
const SILENT = new Set(['Open', 'Click'])

export function parseSesEvent(bytes: Uint8Array): ChannelEvent[] {
  const event = read(bytes)
  if (!event) return [{ type: 'unknown', kind: 'unreadable SES event' }]
  const kind = event.eventType ?? event.notificationType ?? ''
  const { messageId, tags } = event.mail
  const [reference] = tags?.reference ?? []
  const receipt = { type: 'receipt' as const, id: messageId, ...(reference && { reference }) }
  const failed = (failure: Failure, at?: string): ChannelEvent => ({ ...receipt, state: 'failed', failure, ...(at && { at }) })
  switch (kind) {
    case 'Send':
    case 'DeliveryDelay':
      return [{ ...receipt, state: 'sent' }]
    case 'Delivery':
      if (!concerns(event, event.delivery?.recipients)) return []
      return [{ ...receipt, state: 'delivered', ...(event.delivery?.timestamp && { at: event.delivery.timestamp }) }]
    case 'Bounce':
      return bounced(event, (failure) => failed(failure, event.bounce?.timestamp))
    case 'Complaint':
      return (event.complaint?.complainedRecipients ?? []).flatMap((one) => optOut(event, one.emailAddress, 'complaint'))
    case 'Reject':
      return [failed(final('badContent', 'SES refused the mail: it holds a virus.'))]
    case 'Rendering Failure':
    case 'RenderingFailure':
      return [failed(final('badContent', 'SES could not make the mail of its template.'))]
    default:
      return SILENT.has(kind) ? [] : [{ type: 'unknown', kind: `SES event ${kind.slice(0, 40)}` }]
  }
}

function read(bytes: Uint8Array): SesEvent | undefined {
  try {
    return SesEvent.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data
  } catch {
    return undefined
  }
}

const final = (code: Failure['code'], words: string): Failure => ({ code, again: 'never', certain: true, words })

/** The one in To; those in copy have troubles of their own. */
function concerns({ mail }: SesEvent, recipients: readonly string[] | undefined): boolean {
  const to = mail.commonHeaders?.to?.length === 1 ? mail.commonHeaders.to : mail.destination?.slice(0, 1)
  const main = mailAddress(/<([^<>]+)>/.exec(to?.[0] ?? '')?.[1] ?? to?.[0] ?? '')
  return !main || !recipients || recipients.some((one) => mailAddress(one) === main)
}

const optOut = ({ mail }: SesEvent, recipient: string, why: 'bounce' | 'complaint'): ChannelEvent[] => {
  const address = mailAddress(recipient)
  return address ? [{ type: 'optOut', id: `${mail.messageId}/${address}`, from: { address }, why }] : []
}

/** Permanent: SES itself writes there no more. Transient: it has given up, another day may do. */
function bounced(event: SesEvent, failed: (failure: Failure) => ChannelEvent): ChannelEvent[] {
  const { bounceType = '', bounceSubType = '', bouncedRecipients = [] } = event.bounce ?? {}
  const main = bouncedRecipients.find(({ emailAddress }) => concerns(event, [emailAddress]))
  const outs = bounceType === 'Permanent' ? bouncedRecipients.flatMap((one) => optOut(event, one.emailAddress, 'bounce')) : []
  if (!main) return outs
  const reply = Number(/\b([45]\d\d)\b/.exec(main.diagnosticCode ?? '')?.[1]) || undefined
  const code = /^[245]\.\d+\.\d+/.exec(main.status ?? '')?.[0] ?? ''
  const refusal = refusalOf(code || (main.diagnosticCode ?? ''), reply)
  const provider = [bounceType, bounceSubType, refusal.provider].filter(Boolean).join(' ')
  return [failed({ again: 'never', certain: true, ...refusal, provider }), ...outs]
}
