/** Message-IDs: ours bear the unit's reference before our own domain, so that an answer or a bounce leads back to it. */

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** What may stand in a Message-ID without quotes; the rest is percent-encoded. */
const encode = (text: string) => encodeURIComponent(text).replace(/[!'()*~]/g, (one) => `%${one.charCodeAt(0).toString(16)}`)

export const idFor = (reference: string, mailbox: string) => `${encode(reference)}@${domainOf(mailbox)}`

/**
 * The id that `send` returned, and the reference where the id bears it; undefined for other people's ids. SES replaces ours by one of
 * its own, `<id@email.amazonses.com>` or `<id@REGION.amazonses.com>`, of which it returns the first half.
 */
export function ownId(messageId: string, mailbox: string): { id: string; reference?: string } | undefined {
  const match = /^<?([^<>@\s]+)@([^<>@\s]+?)>?$/.exec(messageId.trim())
  const [, local, domain] = match ?? []
  if (!local || !domain) return undefined
  if (/(^|\.)amazonses\.com$/i.test(domain)) return { id: local }
  if (domain.toLowerCase() !== domainOf(mailbox)) return undefined
  try {
    return { id: `${local}@${domain.toLowerCase()}`, reference: decodeURIComponent(local) }
  } catch {
    return undefined
  }
}

/** All `<id>`s of a header, in order; broken or huge ones are left out. */
export const idsOf = (header = ''): string[] => header.match(/<[^<>\s@]{1,120}@[^<>\s@]{1,120}>/g) ?? []
