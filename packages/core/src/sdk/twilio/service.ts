/**
 * Messaging Services: pools of senders with a webhook of their own. That webhook wins over its senders' own, unless the service is told
 * to defer to them (UseInboundWebhookOnNumber).
 */
import * as z from 'zod/mini'
import type { CallContext, Check, Connection } from '../../connector.ts'
import { callTwilio } from './client.ts'
import { TwilioError } from './errors.ts'
import { hookFor, isOurHook } from './hook.ts'

const Service = z.object({
  sid: z.optional(z.string()),
  friendly_name: z.string(),
  inbound_request_url: z.nullish(z.string()),
  use_inbound_webhook_on_number: z.nullish(z.boolean()),
})
type Service = z.infer<typeof Service>
const Services = z.object({ services: z.array(Service) })

const SERVICES = 'https://messaging.twilio.com/v1/Services'
const uriOf = (sid: string) => `${SERVICES}/${sid}`
/** Looked into at a check; who has more services than this has somebody who knows them. */
const MOST_SERVICES = 20

export async function readService(sid: string, connection: Connection, context: CallContext): Promise<Service> {
  const { text } = await callTwilio({ method: 'get', uri: uriOf(sid) }, connection, context)
  return Service.parse(JSON.parse(text))
}

export async function hookService(sid: string, connection: Connection, context: CallContext): Promise<Service> {
  const url = hookFor(connection)
  const data = { InboundRequestUrl: url, InboundMethod: 'POST', FallbackUrl: url, UseInboundWebhookOnNumber: false }
  const { text } = await callTwilio({ method: 'post', uri: uriOf(sid), data }, connection, context)
  return Service.parse(JSON.parse(text))
}

export async function unhookService(sid: string, connection: Connection, context: CallContext): Promise<void> {
  const service = await readService(sid, connection, context)
  if (!isOurHook(service.inbound_request_url, connection)) return
  const data = { InboundRequestUrl: '', FallbackUrl: '' }
  await callTwilio({ method: 'post', uri: uriOf(sid), data }, connection, context)
}

const WHERE = (name: string) => `Twilio Console, Messaging, Services, “${name}”, Integration`

export async function checkService(sid: string, connection: Connection, context: CallContext): Promise<Check> {
  const service = await readService(sid, connection, context)
  const name = 'webhook'
  if (service.use_inbound_webhook_on_number) {
    const words = `The service leaves messages to each sender’s own webhook. Choose “Send a webhook” in ${WHERE(service.friendly_name)}, with ${hookFor(connection)}.`
    return { name, ok: false, words }
  }
  if (isOurHook(service.inbound_request_url, connection))
    return { name, ok: true, words: 'Messages to all senders of this service come to us.' }
  const words = `Messages do not come to us. Paste ${hookFor(connection)} in ${WHERE(service.friendly_name)}, “Send a webhook”.`
  return { name, ok: false, words }
}

/** What of a service holds senders of this kind. */
export type Pool = 'PhoneNumbers' | 'ShortCodes' | 'ChannelSenders'

/** Whether a service takes a sender's messages away from us. Undefined: none does, or the key may not look. */
export async function checkHolder(
  pool: Pool,
  sid: string,
  connection: Connection,
  context: CallContext,
): Promise<Check | undefined> {
  const holder = await holderOf(pool, sid, connection, context).catch((error: unknown) => {
    if (error instanceof TwilioError) return undefined
    throw error
  })
  if (!holder) return undefined
  const { friendly_name: called, inbound_request_url: url } = holder
  const name = 'service'
  if (isOurHook(url, connection))
    return { name, ok: true, words: `It belongs to the Messaging Service “${called}”, whose webhook is ours.` }
  const fate = url ? 'takes its messages elsewhere' : 'drops its messages'
  const words = `It belongs to the Messaging Service “${called}”, which ${fate}. Choose “Defer to sender’s webhook” in ${WHERE(called)}, or connect the service (${holder.sid}) instead of the number.`
  return { name, ok: false, words }
}

async function holderOf(pool: Pool, sid: string, connection: Connection, context: CallContext): Promise<Service | undefined> {
  const { text } = await callTwilio({ method: 'get', uri: `${SERVICES}?PageSize=50` }, connection, context)
  const services = Services.parse(JSON.parse(text)).services.filter((service) => service.use_inbound_webhook_on_number !== true)
  for (const service of services.slice(0, MOST_SERVICES)) {
    const uri = `${uriOf(service.sid ?? '')}/${pool}/${sid}`
    const held = await callTwilio({ method: 'get', uri }, connection, context).catch((error: unknown) => {
      if (error instanceof TwilioError && error.status === 404) return undefined
      throw error
    })
    if (held) return service
  }
  return undefined
}
