/** A mail server's refusal in our closed list: from an SMTP reply now, or from a report hours later. */
import type { Failure } from '../../connector.ts'

/** RFC 3463 classes first: they say more than the three digits. */
export function refusalOf(text: string, reply: number | undefined): Pick<Failure, 'code' | 'words' | 'provider'> {
  const enhanced = /\b([245])\.(\d{1,3})\.(\d{1,3})\b/.exec(text)
  const provider = enhanced?.[0] ?? (reply === undefined ? undefined : String(reply))
  const named = (code: Failure['code'], words: string) => ({ code, words, ...(provider && { provider }) })
  const [, , subject, detail] = enhanced ?? []
  const bare = subject === undefined || subject === '0'
  if ((bare && reply === 552) || (subject === '3' && detail === '4') || (subject === '2' && detail === '3')) {
    return named('tooLong', 'The mail is larger than the recipient’s server takes.')
  }
  if (subject === '2' && detail === '2') return named('unreachable', 'The recipient’s mailbox is full.')
  if (subject === '1' || subject === '2') return named('unreachable', 'There is no such mailbox, or it takes no mail.')
  if (subject === '7' || (bare && reply === 554))
    return named('badContent', 'The recipient’s server refused the mail by its rules (spam, policy, sender).')
  if ((bare && reply === 501) || subject === '6') return named('badContent', 'The recipient’s server could not read the mail.')
  return named('unreachable', 'The recipient’s server refused the mail.')
}
