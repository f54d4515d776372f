import type { ChannelEvent, HookRequest } from '../../channel.ts'
import { field } from '../../sdk/twilio/form.ts'
import { type Manner, parseTwilio, provenPhone } from '../../sdk/twilio/parse.ts'

/** The words that Twilio itself acts on before it tells us: it blocks, re-opens and answers the customer. */
const MANNER: Manner = {
  words: {
    stop: ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
    start: ['START', 'UNSTOP', 'YES'],
    help: ['HELP', 'INFO'],
  },
  captions: false,
  sender: (form) => {
    const address = field(form, 'From')
    // A Messaging Service may hold senders of other channels: `whatsapp:+1…` is nobody's SMS.
    if (!address || /^[a-z]+:/.test(address)) return undefined
    const phone = provenPhone(address)
    // Names and short codes: Twilio delivers to phones alone.
    return phone ? { address, phone } : { address, unanswerable: true }
  },
}

export const parse = (request: HookRequest): ChannelEvent[] => parseTwilio(request, MANNER)
