/** What the person does on the SMS and the WhatsApp phone. */
import { ann, business } from '../ann.ts'
import { keep, type Sandbox, show, type Written } from '../sandbox.ts'
import type { State } from '../state.ts'
import { addressOf, type TwilioPhone } from './answer.ts'
import { addHook } from './hooks.ts'
import { sid } from './messages.ts'

/** Twilio answers these itself and keeps the number's gate; the webhook comes all the same. */
const STOP = ['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']
const START = ['START', 'YES', 'UNSTOP']

function hookOf(state: State, phone: TwilioPhone): { url: string | undefined; fallback: string | undefined } {
  const { number, sender } = state.twilio
  return phone === 'sms'
    ? { url: number.hook.sms_url, fallback: number.hook.sms_fallback_url }
    : { url: sender.hook.callback_url, fallback: sender.hook.fallback_url }
}

async function gate(sandbox: Sandbox, said: string): Promise<void> {
  const { twilio } = sandbox.book.state
  const word = said.trim().toUpperCase()
  if (!STOP.includes(word) && !(twilio.optedOut && START.includes(word))) return
  twilio.optedOut = STOP.includes(word)
  const answer = twilio.optedOut
    ? 'You have been unsubscribed and will get no more messages from this number. Reply START to resubscribe.'
    : 'You are subscribed to messages from this number again. Reply STOP to unsubscribe.'
  show(sandbox, 'sms', { id: sid('SM'), from: 'business', text: answer, state: 'delivered' })
}

export const twilioPhone = (sandbox: Sandbox, phone: TwilioPhone) => ({
  async write({ text, picture }: Written): Promise<void> {
    const { state } = sandbox.book
    const id = sid(picture ? 'MM' : 'SM')
    const file = picture && (await keep(sandbox, sid('ME'), picture))
    show(sandbox, phone, { id, from: 'person', text, state: 'sending', ...(file && { file }) })
    if (phone === 'sms') await gate(sandbox, text)
    await sandbox.book.save()
    const { url, fallback } = hookOf(state, phone)
    if (!url) return
    const params = {
      AccountSid: state.twilio.account,
      ApiVersion: '2010-04-01',
      Body: text,
      From: addressOf(phone, ann.phone),
      MessageSid: id,
      NumMedia: file ? '1' : '0',
      NumSegments: '1',
      SmsMessageSid: id,
      SmsSid: id,
      SmsStatus: 'received',
      To: addressOf(phone, business[phone]),
      ...(phone === 'whatsapp' && {
        ProfileName: ann.name,
        WaId: ann.phone.slice(1),
        MessageType: file ? 'image' : 'text',
        ReferralNumMedia: '0',
      }),
      ...(phone === 'sms' && { FromCountry: 'US', FromCity: '', FromState: 'DC', FromZip: '', ToCountry: 'US', ToCity: '' }),
      ...(file && {
        MediaContentType0: file.mime,
        MediaUrl0: `${sandbox.origin}/twilio/2010-04-01/Accounts/${state.twilio.account}/Messages/${id}/Media/${file.key}`,
      }),
    }
    await addHook(sandbox, phone, id, { lane: `in/${id}`, url, fallback, params })
  },
})
