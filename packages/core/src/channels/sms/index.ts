/** SMS and MMS by Twilio: the door. */
import type { Channel } from '../../channel.ts'
import { emptyTwiml } from '../../sdk/twilio/answer.ts'
import { TWILIO_SECRETS, twilioCredentials, twilioSettings } from '../../sdk/twilio/schema.ts'
import { verifyTwilio } from '../../sdk/twilio/verify.ts'
import { parse } from './parse.ts'
import { measure } from './segments.ts'

/** Twilio makes pictures smaller where a carrier wants it; of other files carriers take little. What does not fit goes as a link. */
const PICTURE = { maxBytes: 5 * 1024 * 1024, mimes: ['image/jpeg', 'image/png', 'image/gif'] }
const OTHER = { maxBytes: 600 * 1024 }
const DOCUMENTS = ['application/pdf', 'text/vcard', 'text/x-vcard', 'text/csv', 'text/calendar', 'text/rtf']

export const sms: Channel = {
  kind: 'sms',
  title: 'SMS',
  hint: 'The Account SID, the primary Auth Token and a number of your Twilio account.',
  settings: twilioSettings,
  credentials: twilioCredentials,
  needsPublicUrl: true,
  secrets: TWILIO_SECRETS,
  capabilities: {
    maxText: 1600,
    maxCaption: 1600,
    media: { image: PICTURE, video: OTHER, audio: OTHER, file: { ...OTHER, mimes: DOCUMENTS } },
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
