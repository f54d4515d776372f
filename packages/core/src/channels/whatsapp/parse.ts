import type { ChannelEvent, HookRequest, Sender } from '../../channel.ts'
import { type Form, field } from '../../sdk/twilio/form.ts'
import { type Manner, parseTwilio, provenPhone } from '../../sdk/twilio/parse.ts'

const PREFIX = 'whatsapp:'
const bare = (address: string | undefined) => (address?.startsWith(PREFIX) ? address.slice(PREFIX.length) : undefined)

/** A BSUID: country, perhaps ENT of a parent business, the rest of the id. Whoever has a username may come with nothing else. */
const isUserId = (address: string) => /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/.test(address)

/**
 * The address is what we answer to: phone or BSUID, as Twilio has it in From. Beside it phone and BSUID are proofs, so that a customer
 * who takes a username, and whose phone is then no longer told, stays the same one.
 */
function sender(form: Form): Sender | undefined {
  const address = bare(field(form, 'From'))
  if (!address) return undefined
  const told = bare(field(form, 'ExternalUserId')) ?? bare(field(form, 'ExternalUserIdentifier'))
  const id = told ?? (isUserId(address) ? address : undefined)
  const phone = provenPhone(address) ?? phoneOf(field(form, 'WaId'))
  const name = field(form, 'ProfileName')
  return { address, ...(phone && { phone }), ...(id && { id }), ...(name && { name }) }
}

/** WaId is digits, in countries that renumbered an older form of them; it only counts where From is no phone. */
const phoneOf = (digits: string | undefined) => (digits && /^[1-9]\d{6,14}$/.test(digits) ? `+${digits}` : undefined)

/** Twilio blocks nobody on WhatsApp by these words: it is we who stop. CANCEL, END, YES or HELP are talk here. */
const MANNER: Manner = {
  words: { stop: ['STOP', 'STOPALL', 'UNSUBSCRIBE'], start: ['START', 'UNSTOP'], help: [] },
  captions: true,
  sender,
  thread: (message) => ({ message }),
}

export const parse = (request: HookRequest): ChannelEvent[] => parseTwilio(request, MANNER)
