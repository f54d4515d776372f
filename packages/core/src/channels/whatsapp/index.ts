/** WhatsApp by Twilio: the door. */
import type { Channel } from '../../channel.ts'
import { emptyTwiml } from '../../sdk/twilio/answer.ts'
import { TWILIO_SECRETS, twilioCredentials, twilioSettings } from '../../sdk/twilio/schema.ts'
import { verifyTwilio } from '../../sdk/twilio/verify.ts'
import { parse } from './parse.ts'

const LARGEST = { maxBytes: 16 * 1024 * 1024 }

export const whatsapp: Channel = {
  kind: 'whatsapp',
  title: 'WhatsApp',
  hint: 'The Account SID, the primary Auth Token and a WhatsApp sender of your Twilio account (or its WhatsApp sandbox number).',
  settings: twilioSettings,
  credentials: twilioCredentials,
  secrets: TWILIO_SECRETS,
  capabilities: {
    maxText: 1600,
    maxCaption: 1600,
    media: { image: { maxBytes: 5 * 1024 * 1024 }, video: LARGEST, audio: { ...LARGEST, caption: false }, file: LARGEST },
    mediaBy: 'link',
    location: false,
    contact: false,
    buttons: 0,
    formatting: { bold: '*', italic: '_', strike: '~', code: '`', pre: '```' },
    bundles: false,
    writeFirst: false,
    window: { hours: 24, lift: 'template' },
    receipts: 'read',
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
}
