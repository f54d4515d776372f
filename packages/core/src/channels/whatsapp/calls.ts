/** WhatsApp by Twilio: the calls. */
import type { ChannelCalls, Unit } from '../../channel.ts'
import type { CallContext, Check, Connection } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import { isMedia } from '../../message.ts'
import { checkAccount, checkHook, hookService, proveAccount, readService, unhookService } from '../../sdk/twilio/account.ts'
import { classifyTwilio, Unsendable } from '../../sdk/twilio/errors.ts'
import { isReachable } from '../../sdk/twilio/hook.ts'
import { mediaOfTwilio } from '../../sdk/twilio/media.ts'
import { accountOf, originOf } from '../../sdk/twilio/schema.ts'
import { sendTwilio } from '../../sdk/twilio/send.ts'
import { findSender, hookSender, unhookSender } from './sender.ts'

/** The number that all accounts share to try WhatsApp; its webhook is set by hand only. */
const SANDBOX = '+14155238886'
const WHERE_SANDBOX =
  'Twilio Console, Messaging, Try it out, Send a WhatsApp message, Sandbox settings, "When a message comes in"'
const WHERE = 'Twilio Console, Messaging, Senders, WhatsApp senders, your sender, "Webhook URL for incoming messages"'
const WHERE_SERVICE = 'Twilio Console, Messaging, Services, your service, Integration, "Send a webhook"'

async function hookNumber(from: string, connection: Connection, context: CallContext): Promise<void> {
  const sender = await findSender(from, connection, context)
  if (sender && isReachable(connection)) await hookSender(sender, connection, context)
  if (sender || from === SANDBOX) return
  throw new VisibleError(422, 'sender_not_found', `${from} is not among the WhatsApp senders of this Twilio account.`)
}

async function checkNumber(from: string, connection: Connection, context: CallContext): Promise<Check[]> {
  const sender = await findSender(from, connection, context)
  if (sender) {
    const ok = sender.status.startsWith('ONLINE')
    return [
      { name: 'sender', ok, words: `Twilio says that the sender is ${sender.status}.` },
      checkHook(sender.webhook?.callback_url, connection, WHERE),
    ]
  }
  if (from !== SANDBOX) return [{ name: 'sender', ok: false, words: `${from} is not among the account’s WhatsApp senders.` }]
  const words = `This is Twilio’s sandbox: whether its webhook is ours cannot be read. Paste ${connection.hookUrl} in ${WHERE_SANDBOX}; each customer joins with the sandbox’s two words first.`
  return [{ name: 'webhook', ok: true, words }]
}

/** Twilio drops the text beside these, and nothing may be lost without a word. */
const isMute = (unit: Unit) =>
  unit.parts.some((part) => isMedia(part) && (part.type === 'audio' || part.media.mime === 'text/vcard')) &&
  unit.parts.some((part) => part.type === 'text' || (isMedia(part) && part.caption))

export const whatsappCalls: ChannelCalls = {
  async connect(connection, context) {
    const { origin } = await proveAccount(connection, context)
    const { accountSid } = accountOf(connection)
    if ('from' in origin) {
      await hookNumber(origin.from, connection, context)
      return { account: `${accountSid}:${origin.from}`, address: origin.from }
    }
    const sid = origin.messagingServiceSid
    const service = await (isReachable(connection) ? hookService : readService)(sid, connection, context)
    return { account: `${accountSid}:${sid}`, address: service.friendly_name }
  },

  async check(connection, context) {
    const account = await checkAccount(connection, context)
    const origin = originOf(connection)
    if (!account.ok || !origin) return [account]
    if ('from' in origin) return [account, ...(await checkNumber(origin.from, connection, context))]
    const service = await readService(origin.messagingServiceSid, connection, context)
    return [account, checkHook(service.inbound_request_url, connection, WHERE_SERVICE)]
  },

  async disconnect(connection, context) {
    const origin = originOf(connection)
    if (!origin) return
    if (!('from' in origin)) return unhookService(origin.messagingServiceSid, connection, context)
    const sender = await findSender(origin.from, connection, context)
    if (sender) await unhookSender(sender, connection, context)
  },

  async send(unit, to, connection, context) {
    if (isMute(unit)) throw new Unsendable('WhatsApp shows no text beside a sound file or a contact card.')
    return sendTwilio(unit, to, connection, context, 'whatsapp:')
  },
  media: mediaOfTwilio,
  classify: classifyTwilio,
}
