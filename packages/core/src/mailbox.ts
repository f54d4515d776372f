/** Mail addresses as the hub compares them. */

export const mailboxOf = (address: string): string => address.trim().toLowerCase()

/** The mailbox of a subaddress (`support+anything@shop.example`); undefined where it is none. */
export function baseMailbox(address: string): string | undefined {
  const [, local, domain] = /^([^@]+)\+[^+@]*@([^@]+)$/.exec(mailboxOf(address)) ?? []
  return local && domain ? `${local}@${domain}` : undefined
}

export const isMailbox = (address: string, mailbox: string): boolean =>
  mailbox !== '' && (mailboxOf(address) === mailboxOf(mailbox) || baseMailbox(address) === mailboxOf(mailbox))
