/** The sandboxed Twilio against Twilio's own client and signature check. */
import twilio from 'twilio'
import { afterEach, expect, test } from 'vitest'
import { ann, business } from '../src/sandbox/ann.ts'
import { type Place, place, until } from './place.ts'

let here: Place
afterEach(() => here.close())

/** Twilio's client, all of whose hosts lie under the sandbox. */
async function open(answers: number[] = []) {
  here = await place(answers)
  const { account, token } = here.state.twilio
  const inner = new twilio.RequestClient()
  const httpClient = Object.assign(new twilio.RequestClient(), {
    request: (options: Parameters<typeof inner.request>[0]) => {
      const { pathname, search } = new URL(options.uri)
      return inner.request({ ...options, uri: `${here.origin}/twilio${pathname}${search}` })
    },
  })
  return twilio(account, token, { httpClient })
}
const params = (body: string) => Object.fromEntries(new URLSearchParams(body))
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

test('the account, its number and its WhatsApp sender can be found and pointed at us', async () => {
  const client = await open()
  const account = await client.api.v2010.account.fetch()
  expect(account).toMatchObject({ status: 'active', type: 'Full' })
  const [number] = await client.incomingPhoneNumbers.list({ phoneNumber: business.sms })
  const changed = await client.incomingPhoneNumbers(number?.sid ?? '').update({ smsUrl: `${here.hook}#rc=5`, smsMethod: 'POST' })
  expect(changed.smsUrl).toBe(`${here.hook}#rc=5`)
  const [sender] = await client.messaging.v2.channelsSenders.list({ channel: 'whatsapp' })
  expect(sender).toMatchObject({ senderId: `whatsapp:${business.whatsapp}`, status: 'ONLINE' })
})

test('a stranger is refused', async () => {
  await open()
  const answer = await fetch(`${here.origin}/twilio/2010-04-01/Accounts/${here.state.twilio.account}.json`)
  expect([answer.status, (await answer.json()).code]).toEqual([401, 20003])
})

test('an SMS comes as a signed form, again as often as the fragment says, then to the fallback', async () => {
  await open([500, 500])
  const { twilio: own } = here.state
  own.number.hook = { sms_url: `${here.hook}#rc=1&rp=5xx`, sms_fallback_url: `${here.hook}?fallback=1` }
  await here.sandbox.phones.sms.write({ text: 'Привет & + 🙂' })
  await until(() => here.state.outbox.length === 0)
  expect(here.heard.map(({ url }) => url)).toEqual(['/hooks/abc', '/hooks/abc', '/hooks/abc?fallback=1'])
  for (const { url, headers, body } of here.heard) {
    expect(params(body)).toMatchObject({ From: ann.phone, To: business.sms, Body: 'Привет & + 🙂', NumMedia: '0' })
    const signature = String(headers['x-twilio-signature'])
    expect(twilio.validateRequest(own.token, signature, new URL(url, here.hook).href, params(body))).toBe(true)
    expect(twilio.validateRequest('another', signature, new URL(url, here.hook).href, params(body))).toBe(false)
  }
})

test('without a word in the URL a 5xx is not repeated: the message is lost to the webhook, not to the list', async () => {
  const client = await open([500])
  here.state.twilio.number.hook = { sms_url: here.hook }
  await here.sandbox.phones.sms.write({ text: 'lost' })
  await until(() => here.state.outbox.length === 0)
  expect(here.heard).toHaveLength(1)
  expect(here.state.phones.sms[0]?.state).toBe('failed')
  expect(await client.messages.list({ from: ann.phone })).toMatchObject([
    { body: 'lost', direction: 'inbound', status: 'received' },
  ])
})

test('a message goes out, its fate comes back signed and in order', async () => {
  const client = await open()
  here.state.twilio.sender.hook = { callback_url: here.hook }
  const { messages } = client
  const to = `whatsapp:${ann.phone}`
  const from = `whatsapp:${business.whatsapp}`
  const early = await messages.create({ to, from, body: 'too early', statusCallback: `${here.hook}?m=0` })
  await here.sandbox.phones.whatsapp.write({ text: 'hi' })
  const sent = await messages.create({ to, from, body: 'hello', statusCallback: `${here.hook}?m=1` })
  expect(sent).toMatchObject({ status: 'queued', direction: 'outbound-api' })
  await until(() => here.state.outbox.length === 0)
  const told = (sid: string) => here.heard.map(({ body }) => params(body)).filter((one) => one.MessageSid === sid)
  expect(told(sent.sid).map((one) => one.MessageStatus)).toEqual(['queued', 'sent', 'delivered', 'read'])
  expect(told(early.sid).at(-1)).toMatchObject({ MessageStatus: 'failed', ErrorCode: '63016' })
  expect(here.state.phones.whatsapp.map(({ text }) => text)).toEqual(['hi', 'hello'])
})

test('pictures: the person’s lie behind a login and a redirect, ours are fetched', async () => {
  const client = await open()
  here.state.twilio.number.hook = { sms_url: here.hook }
  await here.sandbox.phones.sms.write({ text: '', picture: { bytes: PNG, name: 'dot.png', mime: 'image/png' } })
  await until(() => here.heard.length === 1)
  const { MediaUrl0 = '', MediaContentType0 } = params(here.heard[0]?.body ?? '')
  expect(MediaContentType0).toBe('image/png')
  expect((await fetch(MediaUrl0)).status).toBe(401)
  const { account, token } = here.state.twilio
  const authorization = `Basic ${Buffer.from(`${account}:${token}`).toString('base64')}`
  const answer = await fetch(MediaUrl0, { headers: { authorization } })
  expect([answer.redirected, Buffer.from(await answer.arrayBuffer())]).toEqual([true, PNG])

  const key = here.state.phones.sms[0]?.file?.key
  await client.messages.create({ to: ann.phone, from: business.sms, mediaUrl: [`${here.origin}/files/${key}`] })
  expect(here.state.phones.sms.at(-1)?.file).toMatchObject({ mime: 'image/png', size: PNG.length })
})

test('STOP closes the number until START, and the webhook hears of both', async () => {
  const client = await open()
  here.state.twilio.number.hook = { sms_url: here.hook }
  const send = () => client.messages.create({ to: ann.phone, from: business.sms, body: 'sale!' })
  await here.sandbox.phones.sms.write({ text: 'Stop' })
  await expect(send()).rejects.toMatchObject({ status: 400, code: 21610 })
  await here.sandbox.phones.sms.write({ text: 'START' })
  await send()
  await until(() => here.state.outbox.length === 0)
  expect(here.heard.map(({ body }) => params(body).Body)).toEqual(['Stop', 'START'])
})

test('a template gets through a closed window, a place is shown, and typing names a message of theirs', async () => {
  const client = await open()
  const to = `whatsapp:${ann.phone}`
  const from = `whatsapp:${business.whatsapp}`
  const contentSid = `HX${'0'.repeat(32)}`
  await client.messages.create({ to, from, contentSid, contentVariables: '{"1":"Ann"}' })
  await here.sandbox.phones.whatsapp.write({ text: 'hi' })
  await client.messages.create({ to, from, body: 'Shop', persistentAction: ['geo:52.52,13.4|Mitte 1'] })
  const shown = here.state.phones.whatsapp
  expect(shown.map(({ text }) => text)).toEqual(['[template HX0000…] Ann', 'hi', 'Shop\n📍 Mitte 1 · 52.52,13.4'])
  const typing = (messageId: string) => client.messaging.v2.typingIndicator.create({ channel: 'whatsapp', messageId })
  expect(await typing(shown[1]?.id ?? '')).toMatchObject({ success: true })
  await expect(typing('SM1')).rejects.toMatchObject({ status: 404 })
  expect(await client.messaging.v1.services.list()).toEqual([])
  for (const contentVariables of ['{', '[]', '{"1":""}', '{"1":"a\\nb"}'])
    await expect(client.messages.create({ to, from, contentSid, contentVariables })).rejects.toMatchObject({ code: 21656 })
})

test('it refuses as the real one does', async () => {
  const client = await open()
  const code = (order: Parameters<typeof client.messages.create>[0]) =>
    client.messages.create(order).then(
      () => 0,
      (error: { code: number }) => error.code,
    )
  expect(await code({ to: ann.phone, from: business.sms, body: '' })).toBe(21602)
  expect(await code({ to: ann.phone, from: business.sms, body: 'x'.repeat(1601) })).toBe(21617)
  expect(await code({ to: ann.phone, from: '+12025550100', body: 'x' })).toBe(21606)
  expect(await code({ to: '+12025550100', from: business.sms, body: 'x' })).toBe(21211)
  here.state.faults.twilio.limit = 1
  expect(await code({ to: ann.phone, from: business.sms, body: 'x' })).toBe(20429)
})
