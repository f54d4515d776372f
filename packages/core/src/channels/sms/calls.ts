/** SMS and MMS by Twilio: the calls. */
import type { ChannelCalls } from '../../channel.ts'
import type { CallContext, Connection } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import { checkAccount, checkHook, hookService, proveAccount, readService, unhookService } from '../../sdk/twilio/account.ts'
import { twilioApi } from '../../sdk/twilio/client.ts'
import { classifyTwilio } from '../../sdk/twilio/errors.ts'
import { hookFor, isOurHook, isReachable } from '../../sdk/twilio/hook.ts'
import { mediaOfTwilio } from '../../sdk/twilio/media.ts'
import { accountOf, originOf } from '../../sdk/twilio/schema.ts'
import { sendTwilio } from '../../sdk/twilio/send.ts'

const WHERE = 'Twilio Console, Phone Numbers, Active numbers, your number, Messaging, "A message comes in" (POST)'
const WHERE_SERVICE = 'Twilio Console, Messaging, Services, your service, Integration, "Send a webhook"'

/** Twilio's filter also finds numbers that merely contain this one. */
async function numberOf(from: string, connection: Connection, context: CallContext) {
  const account = await twilioApi(connection, context)
  const found = await account.incomingPhoneNumbers.list({ phoneNumber: from, limit: 20 })
  return found.find((number) => number.phoneNumber === from)
}

async function hookNumber(from: string, connection: Connection, context: CallContext): Promise<void> {
  const number = await numberOf(from, connection, context)
  if (!number) {
    throw new VisibleError(422, 'number_not_found', `The number ${from} is not among the numbers of this Twilio account.`)
  }
  if (!isReachable(connection)) return
  const url = hookFor(connection)
  const account = await twilioApi(connection, context)
  // StatusCallback of a number is about its voice calls: ours goes with each message.
  await account
    .incomingPhoneNumbers(number.sid)
    .update({ smsUrl: url, smsMethod: 'POST', smsFallbackUrl: url, smsFallbackMethod: 'POST' })
}

export const smsCalls: ChannelCalls = {
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
    if ('from' in origin) {
      const number = await numberOf(origin.from, connection, context)
      if (!number) return [account, { name: 'number', ok: false, words: `${origin.from} is not among the account’s numbers.` }]
      return [
        account,
        checkHook(number.smsUrl, connection, WHERE, ', unless a Messaging Service with a webhook of its own holds the number'),
      ]
    }
    const service = await readService(origin.messagingServiceSid, connection, context)
    return [account, checkHook(service.inbound_request_url, connection, WHERE_SERVICE)]
  },

  async disconnect(connection, context) {
    const origin = originOf(connection)
    if (!origin) return
    if (!('from' in origin)) return unhookService(origin.messagingServiceSid, connection, context)
    const number = await numberOf(origin.from, connection, context)
    if (!number || !isOurHook(number.smsUrl, connection)) return
    const account = await twilioApi(connection, context)
    await account.incomingPhoneNumbers(number.sid).update({ smsUrl: '', smsFallbackUrl: '' })
  },

  send: (unit, to, connection, context) => sendTwilio(unit, to, connection, context, ''),
  media: mediaOfTwilio,
  classify: classifyTwilio,
}
