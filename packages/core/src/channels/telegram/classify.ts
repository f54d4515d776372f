/** What Telegram's refusals mean. Its own word (GrammyError) is certain; a line lost on the way (HttpError) is not. */
import { GrammyError, HttpError } from 'grammy/web'
import type { Failure } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import { isTimeout, isUnsent } from '../../http/outcome.ts'

export function classify(error: unknown): Failure {
  if (error instanceof GrammyError) return { ...refused(error), provider: `${error.error_code} ${error.description}` }
  if (error instanceof HttpError) return lost(error)
  if (error instanceof VisibleError) return unsent(error)
  return {
    code: 'unknown',
    again: 'never',
    certain: false,
    words: 'Something unexpected happened; it is not known whether it went out.',
  }
}

/** Ours, from before the call. */
const unsent = ({ status, words }: VisibleError): Failure =>
  status === 503 ? { code: 'notSent', again: { after: 30 }, certain: true, words } : never('unsupported', words)

function lost(error: HttpError): Failure {
  if (isUnsent(error)) return { code: 'notSent', again: { after: 10 }, certain: true, words: 'Telegram could not be reached.' }
  const code = isTimeout(error) ? 'timeout' : 'unknown'
  return { code, again: 'never', certain: false, words: 'Telegram did not answer; the message may have gone out.' }
}

const never = (code: Failure['code'], words: string, effect?: Failure['effect']): Failure => ({
  code,
  again: 'never',
  certain: true,
  words,
  ...(effect && { effect }),
})

/** Telegram tells 400s and 403s apart by words alone. */
const BY_WORDS: readonly [RegExp, Failure][] = [
  [/bot was blocked by the user|USER_IS_BLOCKED/i, never('blocked', 'The customer has blocked the bot.', 'blocked')],
  [/user is deactivated/i, never('blocked', 'The customer has deleted their Telegram account.', 'blocked')],
  [/can't initiate conversation/i, never('blocked', 'The customer has not started this bot yet.', 'blocked')],
  [/can't send messages to (bots|the bot)/i, never('unreachable', 'Bots cannot write to bots.')],
  [/chat not found|user not found|PEER_ID_INVALID/i, never('unreachable', 'Telegram knows no such chat of this bot.')],
  [/upgraded to a supergroup/i, never('unreachable', 'The group has moved to another id.')],
  [/message thread not found|TOPIC_(CLOSED|DELETED)/i, never('threadGone', 'The topic is closed or gone.')],
  [/is too long/i, never('tooLong', 'The text is too long for Telegram.')],
  [/REACTION_/i, never('unsupported', 'Telegram does not take this reaction here.')],
  [
    /message (can't be (edited|deleted)|to (edit|react to|delete) not found|identifier is not specified)|MESSAGE_ID_INVALID|MESSAGE_DELETE_FORBIDDEN|MESSAGE_EDIT_TIME_EXPIRED/i,
    never('unsupported', 'Telegram does not let the bot change this message any more.'),
  ],
  [/BUSINESS_|business connection/i, never('windowClosed', 'The business chat does not allow an answer now.')],
  [
    /wrong file|file is too big|file must be non-empty|can't use file of type|IMAGE_PROCESS_FAILED|PHOTO_|failed to get HTTP URL|wrong type of the web page/i,
    never('mediaRejected', 'Telegram does not take this file.'),
  ],
]

function refused({ error_code: status, description, parameters }: GrammyError): Failure {
  if (status === 429) {
    const after = Math.max(1, Math.ceil(parameters.retry_after ?? 5))
    return { code: 'rateLimited', again: { after }, certain: true, words: `Telegram asks to wait ${after} seconds.` }
  }
  /** A gateway that passed it on and heard nothing. */
  if (status === 504)
    return { code: 'timeout', again: 'never', certain: false, words: 'Telegram did not answer; the message may have gone out.' }
  if (status >= 500)
    return { code: 'providerDown', again: { after: 10 }, certain: true, words: 'Telegram has trouble at the moment.' }
  if (status === 401 || status === 404)
    return never('unauthorized', 'Telegram does not accept the bot token any more.', 'unauthorized')
  if (status === 409) return never('notConfigured', 'Another program uses this bot (a webhook or a second poller).')
  if (status === 413) return never('mediaRejected', 'The file is too big for Telegram.')
  for (const [words, failure] of BY_WORDS) if (words.test(description)) return failure
  if (status === 403) return never('blocked', `Telegram does not let us write to this customer: ${description}`, 'blocked')
  return never('badContent', `Telegram refused the message: ${description}`)
}
