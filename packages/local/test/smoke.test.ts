/** The smoke test against the sandbox's providers, which are the live ones to it, and a person who does what the terminal says. */
import { createServer } from 'node:net'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ann, business } from '../src/sandbox/ann.ts'
import { PHONES } from '../src/sandbox/state.ts'
import { EXIT, smoke } from '../src/smoke/run.ts'
import { type Place, place, until } from './place.ts'

let here: Place
beforeEach(async () => {
  here = await place()
})
afterEach(() => here.close())

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** The providers' addresses, and nothing yet that lets us in. */
const roots = () => ({
  PORT: '0',
  SMTP_PORT: '0',
  TELEGRAM_API_ROOT: `${here.origin}/telegram`,
  TWILIO_API_ROOT: `${here.origin}/twilio`,
  VIBER_API_ROOT: `${here.origin}/viber`,
})
const accounts = () => ({
  TELEGRAM_TOKEN: here.state.telegram.token,
  TWILIO_ACCOUNT_SID: here.state.twilio.account,
  TWILIO_AUTH_TOKEN: here.state.twilio.token,
  TWILIO_SMS_FROM: business.sms,
  TWILIO_WHATSAPP_FROM: business.whatsapp,
  VIBER_TOKEN: here.state.viber.token,
})

async function tried(env: Record<string, string>, onLine: (line: string) => void = () => {}, stop = new AbortController()) {
  const lines: string[] = []
  const code = await smoke(
    env,
    (line) => {
      lines.push(line)
      onLine(line)
    },
    stop.signal,
  )
  return { code, lines, text: lines.join('\n') }
}

test('without credentials it says which variables it wants, and what is missing of an account', async () => {
  const { code, text } = await tried(roots())
  expect(code).toBe(EXIT.nothing)
  for (const name of [...Object.keys(accounts()), 'EMAIL_ADDRESS', 'SMTP_URL', 'HUB_PUBLIC_URL']) expect(text).toContain(name)
  const half = await tried({ ...roots(), TWILIO_ACCOUNT_SID: 'AC1', TWILIO_SMS_FROM: '+1', EMAIL_ADDRESS: '' })
  expect([half.code, half.lines[0]]).toEqual([EXIT.nothing, 'sms: left out, TWILIO_AUTH_TOKEN is not set.'])
})

test('one message goes in and one out on every channel, with its receipts; then the webhooks are taken away', async () => {
  const smtpPort = await freePort()
  const mail = { EMAIL_ADDRESS: 'smoke@shop.example', SMTP_URL: `smtp://127.0.0.1:${here.sandbox.mailPort}`, SMOKE_SECONDS: '20' }
  const mailer = createTransport({ host: '127.0.0.1', port: smtpPort, ignoreTLS: true })
  const heard: Promise<unknown>[] = []
  const { code, text } = await tried({ ...roots(), ...accounts(), ...mail, SMTP_PORT: String(smtpPort) }, (line) => {
    const [, kind = '', address] = /^(\w+): write something to (\S+) now/.exec(line) ?? []
    const phone = PHONES.find((one) => one === kind && one !== 'email')
    if (phone) heard.push(here.sandbox.phones[phone].write({ text: 'Hello hub' }))
    else if (kind) heard.push(mailer.sendMail({ from: ann.email, to: address, subject: 'Hello', text: 'Hello hub' }))
  })
  await Promise.all(heard)
  expect(text).toMatch(/One message in and one out: telegram, sms, whatsapp, viber, email\.$/)
  expect(code).toBe(EXIT.well)
  for (const kind of ['sms', 'whatsapp', 'viber']) expect(text).toMatch(new RegExp(`^${kind}: out: (delivered|read)\\.`, 'm'))
  for (const [kind, bubbles] of Object.entries(here.state.phones))
    expect([kind, bubbles.map(({ text: said }) => said).join('\n')]).toEqual([
      kind,
      expect.stringContaining('this is the answer'),
    ])
  expect(here.state.telegram.webhook).toBeUndefined()
  for (const secret of [here.state.telegram.token, here.state.twilio.token, here.state.viber.token])
    expect(text).not.toContain(secret)
})

test('a wrong token, a machine that cannot be reached and a person who does not write: each said, none a hang', async () => {
  const { TWILIO_API_ROOT: _, ...reachless } = roots()
  const { code, text } = await tried({ ...reachless, ...accounts(), VIBER_TOKEN: 'guess', SMOKE_SECONDS: '1' })
  expect(code).toBe(EXIT.badly)
  expect(text).toMatch(/^telegram: nothing came in 1 seconds\.$/m)
  expect(text).toMatch(/^sms: .*HUB_PUBLIC_URL\.$/m)
  expect(text.split('\n').filter((line) => line.startsWith('viber: '))).toHaveLength(1)
  expect(text).toMatch(/^Not: telegram, sms, whatsapp, viber\.$/m)
  expect(here.state.telegram.webhook).toBeUndefined()
})

test('who stops it does not wait, and leaves no webhook behind', async () => {
  const stop = new AbortController()
  const { TELEGRAM_TOKEN } = accounts()
  const { code } = await tried({ ...roots(), TELEGRAM_TOKEN }, (line) => line.includes('write something') && stop.abort(), stop)
  expect(code).toBe(EXIT.badly)
  await until(() => here.state.telegram.webhook === undefined)
})
