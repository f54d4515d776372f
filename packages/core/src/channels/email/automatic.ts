/** Mail that no person wrote to us: it is kept, never answered by a rule, and makes no channel current. */
import type { Email } from 'postal-mime'
import type { HookRequest } from '../../connector.ts'

/** Set on what we send; mail that brings our own back is an echo. */
export const LOOP_HEADER = 'X-Throughline-Loop'

const PRESENT = new Set([
  'list-id',
  'list-post',
  'list-unsubscribe',
  'x-autoreply',
  'x-autorespond',
  'x-loop',
  'x-ms-exchange-inbox-rules-loop',
  'feedback-id',
])
const MACHINES = /^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+-].*)?@/

export const header = (mail: Email, name: string): string | undefined =>
  mail.headers.find(({ key }) => key === name.toLowerCase())?.value.trim()

export function isAutomatic(mail: Email, from: string, envelope: NonNullable<HookRequest['mail']>): boolean {
  // A filter thinks so: an agent may still look, but nothing answers by itself.
  if (envelope.spam) return true
  const submitted = header(mail, 'auto-submitted')?.toLowerCase()
  if (submitted && !submitted.startsWith('no')) return true
  if (/^(bulk|junk|list|auto_reply)$/i.test(header(mail, 'precedence') ?? '')) return true
  if (/\b(dr|autoreply|oof|all)\b/i.test(header(mail, 'x-auto-response-suppress') ?? '')) return true
  if (mail.headers.some(({ key }) => PRESENT.has(key))) return true
  if (/^multipart\/report/i.test(header(mail, 'content-type') ?? '')) return true
  const returned = header(mail, 'return-path')
  return envelope.from === '' || returned === '<>' || MACHINES.test(from)
}
