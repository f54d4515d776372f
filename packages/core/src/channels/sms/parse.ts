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
    const phone = address && provenPhone(address)
    return address ? { address, ...(phone && { phone }) } : undefined
  },
}

export const parse = (request: HookRequest): ChannelEvent[] => parseTwilio(request, MANNER)
