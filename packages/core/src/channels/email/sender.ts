/** Who wrote: From is free text, so it is believed only where DMARC says that its domain stands behind it. */
import { addressParser, type Email } from 'postal-mime'
import type { Sender } from '../../channel.ts'
import type { HookRequest } from '../../connector.ts'
import { mailAddress, oneLine } from './address.ts'

/** `verified` also needs a single From that shows no other address in its name: receivers and people read the others differently. */
export function senderOf(
  mail: Email,
  envelope: NonNullable<HookRequest['mail']>,
): { sender: Sender; verified: boolean } | undefined {
  const headers = mail.headers.filter((header) => header.key === 'from')
  const named = headers.flatMap((header) => addressParser(header.value, { flatten: true }))
  const address = mailAddress(mail.from?.address ?? named[0]?.address ?? '')
  if (!address) return undefined
  const name = oneLine(mail.from?.name ?? '').slice(0, 200)
  const posesAs = /[^\s@<>]+@[^\s@<>]+/.exec(name)?.[0]
  const single = headers.length === 1 && named.length === 1 && (!posesAs || mailAddress(posesAs) === address)
  const verified = envelope.dmarc === 'pass' && single
  return { sender: { address, ...(name && name !== address && { name }), ...(verified && { email: address }) }, verified }
}
