import type { Failure } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import { isTimeout, isUnsent } from '../../http/outcome.ts'
import { Unmailable } from './compose.ts'
import { refusalOf } from './refusal.ts'
import { SmtpError } from './smtp.ts'

const DOUBT = 'The mail server did not answer: the mail may or may not have gone out.'
const certain = (code: Failure['code'], again: Failure['again'], words: string): Failure => ({
  code,
  again,
  certain: true,
  words,
})

/** SESv2's errors by name; all but the last are refusals before anything was sent. */
const SES: Record<string, Failure> = {
  TooManyRequestsException: certain('rateLimited', { after: 5 }, 'SES takes no more mails this second.'),
  ThrottlingException: certain('rateLimited', { after: 5 }, 'SES takes no more mails this second.'),
  LimitExceededException: certain('quotaReached', { after: 3600 }, 'The day’s limit of SES is reached.'),
  SendingPausedException: certain('notConfigured', 'never', 'Sending is paused in SES.'),
  AccountSuspendedException: { ...certain('unauthorized', 'never', 'SES has suspended the account.'), effect: 'unauthorized' },
  MailFromDomainNotVerifiedException: certain('notConfigured', 'never', 'The mailbox’s domain is not verified in SES.'),
  MessageRejected: certain('badContent', 'never', 'SES refused the mail: its content, or an address that is not verified.'),
  BadRequestException: certain('badContent', 'never', 'SES could not read the mail.'),
  NotFoundException: certain('notConfigured', 'never', 'SES does not know this mailbox.'),
}
const NO_ACCESS =
  /^(AccessDenied|UnrecognizedClient|InvalidClientToken|InvalidSignature|SignatureDoesNotMatch|ExpiredToken|CredentialsProvider)/

export function classify(error: unknown): Failure {
  if (error instanceof Unmailable) return certain(error.code, 'never', error.message)
  if (error instanceof VisibleError) return certain('notConfigured', 'never', error.words)
  if (error instanceof SmtpError) return classifySmtp(error)
  const name = error instanceof Error ? error.name : ''
  const known = Object.hasOwn(SES, name) ? SES[name] : undefined
  if (known) return { ...known, provider: name }
  if (NO_ACCESS.test(name)) {
    const words = 'The hub has no right to send through SES.'
    return { code: 'unauthorized', again: 'never', certain: true, words, effect: 'unauthorized', provider: name }
  }
  if (isUnsent(error)) return certain('notSent', { after: 30 }, 'The mail server could not be reached.')
  return { code: isTimeout(error) ? 'timeout' : 'unknown', again: 'never', certain: false, words: DOUBT }
}

/** A reply settles it: 4xx come again, 5xx never. Without one it depends on how far we were. */
function classifySmtp({ code, reply, response, left }: SmtpError): Failure {
  if (code === 'EAUTH' || reply === 530) {
    const words = 'The mail server refuses the user name or password.'
    const again = reply && reply < 500 ? { after: 300 } : 'never'
    return {
      code: 'unauthorized',
      again,
      certain: true,
      words,
      effect: 'unauthorized',
      ...(reply && { provider: String(reply) }),
    }
  }
  if (reply && reply >= 500) return { again: 'never', certain: true, ...refusalOf(response, reply) }
  if (reply && reply >= 400) {
    return { ...certain('rateLimited', { after: 300 }, 'The mail server asks to come again later.'), provider: String(reply) }
  }
  if (code === 'EENVELOPE') return certain('unreachable', 'never', 'The mail server cannot take this address.')
  if (!left) return { ...certain('notSent', { after: 30 }, 'The mail server could not be reached.'), provider: code }
  return { code: code === 'ETIMEDOUT' ? 'timeout' : 'unknown', again: 'never', certain: false, words: DOUBT, provider: code }
}
