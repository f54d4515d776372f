/** WhatsApp senders live in an API of their own, which Twilio's client sends in the wrong letter case: so it is spoken to directly. */
import * as z from 'zod/mini'
import type { CallContext, Connection } from '../../connector.ts'
import { callTwilio } from '../../sdk/twilio/client.ts'
import { hookFor, isOurHook } from '../../sdk/twilio/hook.ts'

const SENDERS = 'https://messaging.twilio.com/v2/Channels/Senders'
const Webhook = z.looseObject({ callback_url: z.nullish(z.string()) })
const Sender = z.object({ sid: z.string(), sender_id: z.string(), status: z.string(), webhook: z.nullish(Webhook) })
const Page = z.object({
  senders: z.array(Sender),
  meta: z.optional(z.object({ next_page_url: z.nullish(z.string()) })),
})
export type WhatsappSender = z.infer<typeof Sender>

export async function findSender(
  from: string,
  connection: Connection,
  context: CallContext,
): Promise<WhatsappSender | undefined> {
  let uri: string | null | undefined = `${SENDERS}?Channel=whatsapp&PageSize=100`
  for (let page = 0; uri && page < 20; page++) {
    const { text } = await callTwilio({ method: 'get', uri }, connection, context)
    const { senders, meta } = Page.parse(JSON.parse(text))
    const found = senders.find((sender) => sender.sender_id === `whatsapp:${from}`)
    if (found) return found
    uri = meta?.next_page_url
  }
  return undefined
}

/** Keeps what else the sender's webhook holds: others may listen to its statuses. */
async function update(sender: WhatsappSender, url: string, connection: Connection, context: CallContext): Promise<void> {
  const webhook = { ...sender.webhook, callback_url: url, callback_method: 'POST', fallback_url: url, fallback_method: 'POST' }
  const headers = { 'Content-Type': 'application/json' }
  await callTwilio({ method: 'post', uri: `${SENDERS}/${sender.sid}`, data: { webhook }, headers }, connection, context)
}

export const hookSender = (sender: WhatsappSender, connection: Connection, context: CallContext) =>
  update(sender, hookFor(connection), connection, context)

export async function unhookSender(sender: WhatsappSender, connection: Connection, context: CallContext): Promise<void> {
  if (isOurHook(sender.webhook?.callback_url, connection)) await update(sender, '', connection, context)
}
