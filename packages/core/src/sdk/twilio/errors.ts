/** What went wrong at Twilio, as our closed list has it: of a call by its answer, of a message by its code (codes.ts). */
import type { Failure } from '../../connector.ts'
import { isTimeout, isUnsent } from '../../http/outcome.ts'
import { CODES, type Known } from './codes.ts'

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

/** What Twilio says of a message that it took: by its code, else `otherwise`. */
export function failureOf(code: string | undefined, otherwise: string): Failure {
  const known: Known = CODES.get(code ?? '') ?? { code: 'unknown', words: otherwise }
  const { again = 'never', certain = true, effect } = known
  return { code: known.code, again, certain, words: known.words, ...(effect && { effect }), ...(code && { provider: code }) }
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
