/** SMS and MMS by Twilio: the door. */
import type { Channel } from '../../channel.ts'
import { emptyTwiml } from '../../sdk/twilio/answer.ts'
import { TWILIO_SECRETS, twilioCredentials, twilioSettings } from '../../sdk/twilio/schema.ts'
import { verifyTwilio } from '../../sdk/twilio/verify.ts'
import { parse } from './parse.ts'
import { measure } from './segments.ts'

const MMS = { maxBytes: 5 * 1024 * 1024 }

export const sms: Channel = {
  kind: 'sms',
  title: 'SMS',
  hint: 'The Account SID, the primary Auth Token and a number of your Twilio account.',
  settings: twilioSettings,
  credentials: twilioCredentials,
  secrets: TWILIO_SECRETS,
  capabilities: {
    maxText: 1600,
    maxCaption: 1600,
    media: { image: MMS, video: MMS, audio: MMS, file: MMS },
    mediaBy: 'link',
    location: false,
    contact: false,
    buttons: 0,
    formatting: false,
    bundles: false,
    writeFirst: true,
    receipts: 'delivered',
    edits: false,
    deletions: false,
    reactions: false,
    typing: false,
    idempotentSend: false,
    scope: 'global',
    addresses: 'phone',
  },
  verify: verifyTwilio,
  parse,
  answer: emptyTwiml,
  measure,
}
