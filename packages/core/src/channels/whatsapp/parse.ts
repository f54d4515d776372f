import type { ChannelEvent, HookRequest } from '../../channel.ts'
import { field } from '../../sdk/twilio/form.ts'
import { type Manner, parseTwilio, provenPhone } from '../../sdk/twilio/parse.ts'

/** Twilio blocks nobody on WhatsApp by these words: it is we who stop. CANCEL, END, YES or HELP are talk here. */
const MANNER: Manner = {
  words: { stop: ['STOP', 'STOPALL', 'UNSUBSCRIBE'], start: ['START', 'UNSTOP'], help: [] },
  captions: true,
  sender: (form) => {
    const from = field(form, 'From')
    if (!from?.startsWith('whatsapp:')) return undefined
    const address = from.slice('whatsapp:'.length)
    const phone = provenPhone(address)
    const name = field(form, 'ProfileName')
    return address ? { address, ...(phone && { phone }), ...(name && { name }) } : undefined
  },
}

export const parse = (request: HookRequest): ChannelEvent[] => parseTwilio(request, MANNER)
