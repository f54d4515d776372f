/** What Viber's status codes mean. Its own word is certain; a line lost on the way is not. */
import type { Failure } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import { isTimeout, isUnsent } from '../../http/outcome.ts'
import { ViberError } from './api.ts'

const never = (code: Failure['code'], words: string, effect?: Failure['effect']): Failure => ({
  code,
  again: 'never',
  certain: true,
  words,
  ...(effect && { effect }),
})
const later = (code: Failure['code'], after: number, words: string): Failure => ({ code, again: { after }, certain: true, words })

const BOT = 'Viber does not accept this bot: it is blocked, suspended, unknown, or its token is wrong.'
const CONTENT = 'Viber refused the content of this message.'
const FEATURE = 'Viber does not allow this bot to send such a message.'

/** By the number that stands in the answer's `status`. */
const STATUS: Readonly<Record<number, Failure>> = {
  1: never('mediaRejected', 'Viber cannot fetch the link of this file.'),
  2: never('unauthorized', BOT, 'unauthorized'),
  3: never('badContent', CONTENT),
  4: never('badContent', CONTENT),
  5: never('unreachable', 'Viber does not know this customer.'),
  /** `blocked`, not opted out: their next message undoes it, whereas a STOP would need its START. */
  6: never('optedOut', 'The customer has unsubscribed from this bot, or has not written to it yet.', 'blocked'),
  7: never('unauthorized', BOT, 'unauthorized'),
  8: never('unauthorized', BOT, 'unauthorized'),
  9: never('unauthorized', BOT, 'unauthorized'),
  10: never('notConfigured', 'The bot has no webhook. Connect it again.'),
  11: never('unreachable', "The customer's device cannot receive this."),
  12: later('rateLimited', 30, 'Viber asks to send more slowly.'),
  13: never('unreachable', "The customer's Viber is too old for this message."),
  14: never('unsupported', 'This message does not fit the version of Viber that it asks for.'),
  15: never('unauthorized', BOT, 'unauthorized'),
  16: never('unsupported', FEATURE),
  17: never('unsupported', FEATURE),
  18: never('unsupported', FEATURE),
  19: never('unsupported', FEATURE),
  20: never('unsupported', FEATURE),
  21: never('unreachable', "Viber does not serve bots in the customer's country."),
  22: never('unsupported', FEATURE),
  23: never('quotaReached', "The month's free messages to customers who did not write first are used up."),
  24: never('quotaReached', 'The bot has no balance left at Viber.'),
}

export function classify(error: unknown): Failure {
  if (error instanceof ViberError) return { ...refused(error), provider: String(error.status ?? `HTTP ${error.http}`) }
  if (error instanceof VisibleError) return unsent(error)
  if (isUnsent(error)) return later('notSent', 10, 'Viber could not be reached.')
  const code = isTimeout(error) ? 'timeout' : 'unknown'
  return { code, again: 'never', certain: false, words: 'Viber did not answer; the message may have gone out.' }
}

/** Ours, from before the call. */
function unsent({ status, code, words }: VisibleError): Failure {
  if (status === 503) return later('notSent', 30, words)
  return never(code === 'too_long' ? 'tooLong' : 'unsupported', words)
}

function refused({ status, http, after }: ViberError): Failure {
  const known = status === undefined ? undefined : STATUS[status]
  if (http === 429 || status === 12) return later('rateLimited', after ?? 30, 'Viber asks to send more slowly.')
  if (known !== undefined) return known
  if (http === 401 || http === 403) return never('unauthorized', BOT, 'unauthorized')
  if (http === 413) return never('tooLong', 'The message is too long for Viber.')
  /** A gateway that passed it on and heard nothing. */
  if (http === 504)
    return { code: 'timeout', again: 'never', certain: false, words: 'Viber did not answer; the message may have gone out.' }
  if (http >= 400 && http < 500) return never('badContent', CONTENT)
  return later('providerDown', after ?? 30, 'Viber has trouble at the moment.')
}
