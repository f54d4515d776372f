/** Twilio's error codes in our closed list: for what a call throws and for what a status callback tells later. */
import type { ErrorCode, Failure } from '../../connector.ts'
import { isTimeout, isUnsent } from '../../http/outcome.ts'

/** Any answer of Twilio's API that is not 2xx. */
export class TwilioError extends Error {
  override readonly name = 'TwilioError'
  constructor(
    readonly status: number,
    readonly code: string | undefined,
    message: string,
    /** Seconds, of a Retry-After header. */
    readonly after: number | undefined = undefined,
  ) {
    super(message)
  }
}

/** What Twilio would take and not show, or not take at all: refused before the call. `message` is for the agent. */
export class Unsendable extends Error {
  override readonly name = 'Unsendable'
}

type Again = Failure['again']
type Row = [code: ErrorCode, words: string, again?: Again, effect?: NonNullable<Failure['effect']>]

const MINUTE = { after: 60 }
const QUARTER = { after: 900 }
const DAY = { after: 86_400 }

/** Groups of codes that mean the same to us; `again` is `never` where nothing else stands. */
const GROUPS: [codes: readonly number[], row: Row][] = [
  [
    [21211, 21214, 21217, 21614, 30005, 30006],
    ['unreachable', 'This number cannot receive messages.'],
  ],
  [
    [63003, 63024],
    ['unreachable', 'This person is not on WhatsApp under that number.'],
  ],
  [[30003], ['unreachable', 'The phone is switched off or out of reach.', QUARTER]],
  [[30008], ['unreachable', 'The carrier did not deliver it and does not say why.', QUARTER]],
  [
    [30004, 63032, 63033],
    ['blocked', 'The recipient cannot be messaged from this number.', 'never', 'blocked'],
  ],
  [[63014], ['blocked', 'The customer has blocked us.', 'never', 'blocked']],
  [[21610], ['optedOut', 'The customer opted out by STOP and gets nothing until they send START.', 'never', 'optedOut']],
  [[63016], ['windowClosed', 'WhatsApp’s 24 hours since the customer’s last message are over: only a template may be sent.']],
  [
    [63051, 63027, 63028, 63041, 63042, 21655, 21656],
    ['templateNeeded', 'The template or its variables were refused.'],
  ],
  [
    [21617, 21605],
    ['tooLong', 'The message is longer than Twilio takes (1600 characters).'],
  ],
  [
    [21602, 21619, 30009, 63005, 63013, 63021],
    ['badContent', 'Twilio or WhatsApp refused the content of this message.'],
  ],
  [[30007], ['badContent', 'The carrier filtered this message as spam.']],
  [[63049], ['badContent', 'Meta chose not to deliver this message to this customer for now.']],
  [
    [11200, 11751, 12300, 21620, 21623, 30011, 30019, 63019],
    ['mediaRejected', 'The file was refused: too large, of a kind not taken, or not to be fetched.'],
  ],
  [
    [20003, 20005, 30002, 63001],
    ['unauthorized', 'Twilio refuses the account’s credentials, or the account is suspended.', 'never', 'unauthorized'],
  ],
  [
    [20404, 21408, 21606, 21212, 21608, 21612, 21603, 21659, 21660, 21703, 21704, 21705, 63002, 63007, 63015],
    ['notConfigured', 'Twilio’s account is not set up for this sender and recipient: see the code in Twilio’s Console.'],
  ],
  [
    [30022, 30023, 30024, 30032, 30034, 30035, 30450],
    ['notConfigured', 'The sender is not registered with the carriers (10DLC, toll-free), or its limit is reached.'],
  ],
  [
    [20429, 14107, 63017, 63018],
    ['rateLimited', 'Too many messages at once.', MINUTE],
  ],
  [
    [21611, 30001],
    ['rateLimited', 'Twilio’s queue for this sender is full.', QUARTER],
  ],
  [
    [30010, 63038],
    ['quotaReached', 'Today’s limit of messages, or the price limit, is reached.', DAY],
  ],
  [
    [63009, 63010, 63012, 30410],
    ['providerDown', 'The carrier or WhatsApp had a failure of its own.', MINUTE],
  ],
]

const TABLE = new Map(GROUPS.flatMap(([codes, row]) => codes.map((code) => [String(code), row] as const)))

/** Twilio processed it and says how it ended: whatever the code, it is certain that the customer did not get it. */
export function failureOf(code: string | undefined, otherwise: string): Failure {
  const [name, words, again = 'never', effect] = TABLE.get(code ?? '') ?? (['unknown', otherwise] satisfies Row)
  return { code: name, again, certain: true, words, ...(effect && { effect }), ...(code && { provider: code }) }
}

export function classifyTwilio(error: unknown): Failure {
  if (error instanceof TwilioError) return classifyAnswer(error)
  if (error instanceof Unsendable) return { code: 'unsupported', again: 'never', certain: true, words: error.message }
  if (isUnsent(error)) return { code: 'notSent', again: { after: 30 }, certain: true, words: 'Twilio could not be reached.' }
  const code = isTimeout(error) ? 'timeout' : 'unknown'
  const words = 'Twilio did not answer: the message may or may not have gone out.'
  return { code, again: 'never', certain: false, words }
}

function classifyAnswer({ status, code, after }: TwilioError): Failure {
  if (status === 429) {
    return { ...failureOf('20429', ''), again: { after: after ?? 60 }, ...(code && { provider: code }) }
  }
  if (status >= 500) {
    const words = 'Twilio had a failure of its own: the message may or may not have gone out.'
    return { code: 'providerDown', again: 'never', certain: false, words, provider: code ?? String(status) }
  }
  const bare = { 401: '20003', 403: '20003', 404: '20404' }[status]
  const known = failureOf(code, `Twilio refused it (${code ?? `HTTP ${status}`}).`)
  if (known.code !== 'unknown' || !bare) return known
  return { ...failureOf(bare, ''), provider: code ?? String(status) }
}
