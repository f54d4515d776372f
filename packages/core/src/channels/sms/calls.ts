/** SMS and MMS by Twilio: the calls. */
import type { ChannelCalls } from '../../channel.ts'
import type { CallContext, Check, Connection } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import { checkAccount, checkHook, proveAccount } from '../../sdk/twilio/account.ts'
import { contentOf } from '../../sdk/twilio/content.ts'
import { classifyTwilio } from '../../sdk/twilio/errors.ts'
import { hookFor, isOurHook, isReachable } from '../../sdk/twilio/hook.ts'
import { mediaOfTwilio } from '../../sdk/twilio/media.ts'
import { accountOf, originOf } from '../../sdk/twilio/schema.ts'
import { sendTwilio } from '../../sdk/twilio/send.ts'
import { checkHolder, checkService, hookService, readService, unhookService } from '../../sdk/twilio/service.ts'
import { findSender, isName, type SmsSender } from './sender.ts'

const WHERE = 'Twilio Console, Phone Numbers, Active numbers, your number, Messaging, "A message comes in" (POST)'
const ONE_WAY = 'A name sends and cannot be written to: customers answer on other channels.'

/** What is kept: whether the number takes pictures. A name never does. */
async function hookNumber(from: string, connection: Connection, context: CallContext): Promise<{ mms?: boolean }> {
  if (isName(from)) return { mms: false }
  const sender = await findSender(from, connection, context)
  if (!sender) {
    throw new VisibleError(422, 'number_not_found', `${from} is not among the numbers and short codes of this Twilio account.`)
  }
  const url = hookFor(connection)
  // StatusCallback of a number is about its voice calls: ours goes with each message.
  const hook = { smsUrl: url, smsMethod: 'POST', smsFallbackUrl: url, smsFallbackMethod: 'POST' }
  if (isReachable(connection)) await sender.update(hook)
  return sender.can ? { mms: sender.can.mms } : {}
}

async function checkNumber(from: string, connection: Connection, context: CallContext): Promise<Check[]> {
  if (isName(from)) return [{ name: 'number', ok: true, words: ONE_WAY }]
  const sender = await findSender(from, connection, context)
  if (!sender) return [{ name: 'number', ok: false, words: `${from} is not among the account’s numbers and short codes.` }]
  const holder = await checkHolder(sender.pool, sender.sid, connection, context)
  const own = checkHook(sender.smsUrl, connection, WHERE)
  return [...canWords(from, sender), ...(holder ? [holder] : [own])]
}

function canWords(from: string, { can }: SmsSender): Check[] {
  if (!can) return []
  if (!can.sms) return [{ name: 'number', ok: false, words: `${from} cannot send or receive texts.` }]
  const words = can.mms ? 'It sends texts, and pictures by MMS.' : 'It sends texts; files go as links, for it takes no MMS.'
  return [{ name: 'number', ok: true, words }]
}

export const smsCalls: ChannelCalls = {
  async connect(connection, context) {
    const { origin } = await proveAccount(connection, context)
    const { accountSid } = accountOf(connection)
    if ('from' in origin) {
      const data = await hookNumber(origin.from, connection, context)
      return { account: `${accountSid}:${origin.from}`, address: origin.from, data }
    }
    // Customers write to any number of the service: claims bear the service, not the number.
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
    if (isName(origin.from)) return
    const sender = await findSender(origin.from, connection, context)
    if (sender && isOurHook(sender.smsUrl, connection)) await sender.update({ smsUrl: '', smsFallbackUrl: '' })
  },

  async send(unit, to, connection, context) {
    const can = { media: connection.data.mms !== false, location: false, templates: false }
    return sendTwilio(contentOf(unit, can, context), to, connection, context, '')
  },
  media: mediaOfTwilio,
  classify: classifyTwilio,
}
