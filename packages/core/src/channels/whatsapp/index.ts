/** WhatsApp by Twilio: the door. */
import type { Channel } from '../../channel.ts'
import { emptyTwiml } from '../../sdk/twilio/answer.ts'
import { TWILIO_SECRETS, twilioCredentials, twilioSettings } from '../../sdk/twilio/schema.ts'
import { verifyTwilio } from '../../sdk/twilio/verify.ts'
import { parse } from './parse.ts'

const MB = 1024 * 1024
const OFFICE = 'application/vnd.openxmlformats-officedocument'
/** What WhatsApp shows as such; everything else goes as a link. Twilio takes no words beside a document or a sound. */
const MEDIA: Channel['capabilities']['media'] = {
  image: { maxBytes: 5 * MB, mimes: ['image/jpeg', 'image/jpg', 'image/png'] },
  video: { maxBytes: 16 * MB, mimes: ['video/mp4'] },
  audio: { maxBytes: 16 * MB, mimes: ['audio/ogg', 'audio/amr', 'audio/3gpp', 'audio/aac', 'audio/mpeg'], caption: false },
  file: {
    maxBytes: 16 * MB,
    mimes: [
      'application/pdf',
      'application/msword',
      `${OFFICE}.wordprocessingml.document`,
      `${OFFICE}.presentationml.presentation`,
      `${OFFICE}.spreadsheetml.sheet`,
      'text/vcard',
    ],
    caption: false,
  },
}

export const whatsapp: Channel = {
  kind: 'whatsapp',
  title: 'WhatsApp',
  hint: 'The Account SID, the primary Auth Token and a WhatsApp sender of your Twilio account (or its WhatsApp sandbox number).',
  settings: twilioSettings,
  credentials: twilioCredentials,
  needsPublicUrl: true,
  secrets: TWILIO_SECRETS,
  capabilities: {
    maxText: 1600,
    maxCaption: 1024,
    media: MEDIA,
    mediaBy: 'link',
    location: true,
    venue: true,
    contact: false,
    buttons: 0,
    formatting: { bold: '*', italic: '_', strike: '~', code: '`', pre: '```' },
    templates: true,
    bundles: false,
    writeFirst: false,
    window: { hours: 24, lift: 'template' },
    receipts: 'read',
    edits: false,
    deletions: false,
    reactions: false,
    typing: true,
    idempotentSend: false,
    scope: 'global',
    addresses: 'phone',
  },
  verify: verifyTwilio,
  parse,
  answer: emptyTwiml,
}
