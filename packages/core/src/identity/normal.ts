/** Addresses in one form, so that the same person is found again: E.164 phones, lower-case e-mail. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** E.164, or undefined where it is no valid phone number. A number without "+" is taken as international (Telegram's contacts). */
export function normalPhone(text: string): string | undefined {
  const trimmed = text.trim()
  const digits = trimmed.startsWith('+') ? trimmed : `+${trimmed.replace(/^00/, '')}`
  const phone = parsePhoneNumberFromString(digits)
  return phone?.isPossible() ? phone.number : undefined
}

/** Lower-case, domain in ASCII (IDNA); undefined where it is no address. Dots and plus signs stay: they may matter to the owner. */
export function normalEmail(text: string): string | undefined {
  const match = /^([^\s@<>"]{1,64})@([^\s@<>"]{1,255})$/u.exec(text.trim().toLowerCase())
  if (!match?.[1] || !match[2]) return undefined
  try {
    return `${match[1]}@${new URL(`http://${match[2]}`).hostname}`
  } catch {
    return undefined
  }
}

export const normalAddress = (kind: 'phone' | 'email', text: string): string | undefined =>
  kind === 'phone' ? normalPhone(text) : normalEmail(text)
