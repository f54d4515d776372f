/** The sender of an SMS connection as Twilio has it: a number, a short code, or a name, which nobody can write to. */
import type { CallContext, Connection } from '../../connector.ts'
import { twilioApi } from '../../sdk/twilio/client.ts'
import type { Pool } from '../../sdk/twilio/service.ts'

type Hook = { smsUrl: string; smsMethod?: string; smsFallbackUrl: string; smsFallbackMethod?: string }
export type SmsSender = {
  sid: string
  pool: Pool
  smsUrl: string | null
  /** What a number can do; of short codes Twilio does not tell. */
  can?: { sms: boolean; mms: boolean }
  update(hook: Hook): Promise<unknown>
}

/** Up to 11 letters and digits that stand in place of a number. */
export const isName = (from: string): boolean => /[A-Za-z]/.test(from)

/** Twilio's filters also find what merely contains the number. */
export async function findSender(from: string, connection: Connection, context: CallContext): Promise<SmsSender | undefined> {
  const account = await twilioApi(connection, context)
  if (from.startsWith('+')) {
    const numbers = await account.incomingPhoneNumbers.list({ phoneNumber: from, limit: 20 })
    const found = numbers.find((number) => number.phoneNumber === from)
    if (!found) return undefined
    const { sid, smsUrl } = found
    const can = canOf(found.capabilities)
    return {
      sid,
      smsUrl,
      pool: 'PhoneNumbers',
      ...(can && { can }),
      update: (hook) => account.incomingPhoneNumbers(sid).update(hook),
    }
  }
  const codes = await account.shortCodes.list({ shortCode: from, limit: 20 })
  const found = codes.find((code) => code.shortCode === from)
  if (!found) return undefined
  const { sid, smsUrl } = found
  return { sid, smsUrl, pool: 'ShortCodes', update: (hook) => account.shortCodes(sid).update(hook) }
}

/** The library types what came over the wire by promise alone. */
function canOf(capabilities: unknown): { sms: boolean; mms: boolean } | undefined {
  if (typeof capabilities !== 'object' || capabilities === null) return undefined
  const can = (name: string) => Reflect.get(capabilities, name) === true
  return { sms: can('sms'), mms: can('mms') }
}
