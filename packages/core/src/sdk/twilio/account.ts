/** What connecting and checking have in common: the account itself, and the webhook as Twilio has it. */
import * as z from 'zod/mini'
import type { CallContext, Check, Connection } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import { callTwilio } from './client.ts'
import { TwilioError } from './errors.ts'
import { hookFor, isOurHook } from './hook.ts'
import { accountOf, originOf } from './schema.ts'

const Account = z.object({ status: z.string(), type: z.optional(z.string()), friendly_name: z.optional(z.string()) })

/**
 * Asked with the AuthToken even where an API key is given: it is what signs Twilio's requests, and a wrong one would show only
 * as webhooks refused later. (A secondary token passes here too, but signs nothing: the hint says which one is needed.)
 */
export async function readAccount(connection: Connection, context: CallContext) {
  const { accountSid, authToken } = accountOf(connection)
  const uri = `https://api.twilio.com/2010-04-01/Accounts/${accountSid}.json`
  const call = { method: 'get', uri, username: accountSid, password: authToken }
  const { text } = await callTwilio(call, connection, context)
  return Account.parse(JSON.parse(text))
}

/** Throws with words for the setup page unless the account is open and a sender is named. */
export async function proveAccount(connection: Connection, context: CallContext) {
  const origin = originOf(connection)
  if (!origin) throw new VisibleError(422, 'sender_missing', 'Give a number, or the SID of a Messaging Service.')
  const account = await readAccount(connection, context).catch((error: unknown) => {
    if (!(error instanceof TwilioError) || error.status >= 500 || error.status === 429) throw error
    throw new VisibleError(422, 'credentials_refused', 'Twilio does not know this Account SID with this Auth Token.')
  })
  if (account.status !== 'active') {
    throw new VisibleError(422, 'account_not_active', `Twilio says that this account is ${account.status}.`)
  }
  return { account, origin }
}

export async function checkAccount(connection: Connection, context: CallContext): Promise<Check> {
  try {
    const { status, type } = await readAccount(connection, context)
    const trial = type === 'Trial' ? ' It is a trial account: it writes to verified numbers only.' : ''
    return { name: 'account', ok: status === 'active', words: `Twilio says that the account is ${status}.${trial}` }
  } catch (error) {
    const words = error instanceof TwilioError ? `Twilio refuses the account: ${error.message}` : 'Twilio could not be reached.'
    return { name: 'account', ok: false, words }
  }
}

/** A sender's webhook as it stands at Twilio; `where` is the place in its Console to paste the URL by hand. */
export function checkHook(url: string | null | undefined, connection: Connection, where: string): Check {
  if (isOurHook(url, connection)) return { name: 'webhook', ok: true, words: 'Messages to this sender come to us.' }
  return { name: 'webhook', ok: false, words: `Messages do not come to us. Paste ${hookFor(connection)} in ${where}.` }
}
