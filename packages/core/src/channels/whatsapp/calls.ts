/** WhatsApp by Twilio: the calls. */
import type { ChannelCalls, Unit } from '../../channel.ts'
import type { CallContext, Check, Connection } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import { isMedia } from '../../message.ts'
import { checkAccount, checkHook, proveAccount } from '../../sdk/twilio/account.ts'
import { callTwilio } from '../../sdk/twilio/client.ts'
import { contentOf } from '../../sdk/twilio/content.ts'
import { classifyTwilio, Unsendable } from '../../sdk/twilio/errors.ts'
import { isReachable } from '../../sdk/twilio/hook.ts'
import { mediaOfTwilio } from '../../sdk/twilio/media.ts'
import { accountOf, originOf } from '../../sdk/twilio/schema.ts'
import { sendTwilio } from '../../sdk/twilio/send.ts'
import { checkHolder, checkService, hookService, readService, unhookService } from '../../sdk/twilio/service.ts'
import { findSender, hookSender, unhookSender } from './sender.ts'

/** The number that all accounts share to try WhatsApp; its webhook is set by hand only. */
const SANDBOX = '+14155238886'
const WHERE_SANDBOX =
  'Twilio Console, Messaging, Try it out, Send a WhatsApp message, Sandbox settings, "When a message comes in"'
const WHERE = 'Twilio Console, Messaging, Senders, WhatsApp senders, your sender, "Webhook URL for incoming messages"'

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
    const holder = await checkHolder('ChannelSenders', sender.sid, connection, context)
    return [
      { name: 'sender', ok, words: `Twilio says that the sender is ${sender.status}.` },
      holder ?? checkHook(sender.webhook?.callback_url, connection, WHERE),
    ]
  }
  if (from !== SANDBOX) return [{ name: 'sender', ok: false, words: `${from} is not among the account’s WhatsApp senders.` }]
  const words = `This is Twilio’s sandbox: whether its webhook is ours cannot be read. Paste ${connection.hookUrl} in ${WHERE_SANDBOX}; each customer joins with the sandbox’s two words first.`
  return [{ name: 'webhook', ok: true, words }]
}

/** Twilio drops the text beside these, and nothing may be lost without a word. */
const isMute = ({ parts }: Unit) =>
  parts.some((part) => part.type === 'audio' || part.type === 'file') &&
  parts.some((part) => part.type === 'text' || (isMedia(part) && part.caption))

const CAN = { media: true, location: true, templates: true }

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
    return [account, await checkService(origin.messagingServiceSid, connection, context)]
  },

  async disconnect(connection, context) {
    const origin = originOf(connection)
    if (!origin) return
    if (!('from' in origin)) return unhookService(origin.messagingServiceSid, connection, context)
    const sender = await findSender(origin.from, connection, context)
    if (sender) await unhookSender(sender, connection, context)
  },

  async send(unit, to, connection, context) {
    if (isMute(unit)) throw new Unsendable('WhatsApp by Twilio shows no text beside a sound or a document.')
    if (unit.parts.filter(isMedia).length > 1) throw new Unsendable('WhatsApp takes one file a message.')
    return sendTwilio(contentOf(unit, CAN, context), to, connection, context, 'whatsapp:')
  },

  /** For 25 seconds, or until we answer; it also shows the customer their message as read. */
  async typing(_to, connection, context) {
    const { message } = context.thread ?? {}
    if (typeof message !== 'string') return
    const uri = 'https://messaging.twilio.com/v2/Indicators/Typing.json'
    await callTwilio({ method: 'post', uri, data: { messageId: message, channel: 'whatsapp' } }, connection, context)
  },
  media: mediaOfTwilio,
  classify: classifyTwilio,
}
