/** DMARC at the SMTP door, with a DNS of the test's own: signed by the From domain, by another, altered, or not at all. */
import { generateKeyPairSync } from 'node:crypto'
import { connect } from '@throughline/core/connection/connect.ts'
import { findLog } from '@throughline/core/identity/record.ts'
import { entriesAfter } from '@throughline/core/stream/log.ts'
import { dkimSign } from 'mailauth'
import { createTransport } from 'nodemailer'
import { expect, test } from 'vitest'
import { testHub } from '../../core/test/hub.ts'
import { type Resolve, verdictOf } from '../src/mail-verdict.ts'
import { openSmtpDoor } from '../src/smtp-door.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const RECORDS: Record<string, string> = {
  'TXT s._domainkey.customer.example': `v=DKIM1; k=rsa; p=${key}`,
  'TXT s._domainkey.evil.example': `v=DKIM1; k=rsa; p=${key}`,
  'TXT _dmarc.customer.example': 'v=DMARC1; p=reject',
  'TXT _dmarc.evil.example': 'v=DMARC1; p=none',
  'TXT customer.example': 'v=spf1 ip4:203.0.113.9 -all',
}
const missing = (name: string) => Object.assign(new Error(`queryTxt ENOTFOUND ${name}`), { code: 'ENOTFOUND' })
const resolve: Resolve = async (name, type) => {
  const found = RECORDS[`${type} ${name}`]
  if (found === undefined) throw missing(name)
  return [[found]]
}

const MAIL =
  'From: Ann <ann@customer.example>\r\nTo: support@hub.example\r\nSubject: Hi\r\nDate: Mon, 05 Jan 2026 08:00:00 +0000\r\n\r\nIs it blue?\r\n'
async function signed(signingDomain: string): Promise<string> {
  const by = { signingDomain, selector: 's', privateKey: pem }
  const { signatures } = await dkimSign(MAIL, { canonicalization: 'relaxed/relaxed', ...by, signatureData: [by] })
  return signatures + MAIL
}
const session = { ip: '198.51.100.7', helo: 'mx.customer.example', sender: 'ann@customer.example' }
const verdict = (mail: string, more: Partial<typeof session> = {}, by = resolve) =>
  verdictOf(Buffer.from(mail), { ...session, ...more }, by)

test('signed by the domain of From: pass', async () => {
  expect(await verdict(await signed('customer.example'))).toBe('pass')
})

test('signed by another domain, altered, or not signed: fail', async () => {
  expect(await verdict(await signed('evil.example'))).toBe('fail')
  expect(await verdict((await signed('customer.example')).replace('blue', 'free'))).toBe('fail')
  expect(await verdict(MAIL)).toBe('fail')
})

test('sent from a host that the domain names: pass; by a sender of another domain: fail', async () => {
  expect(await verdict(MAIL, { ip: '203.0.113.9' })).toBe('pass')
  expect(await verdict(MAIL, { ip: '203.0.113.9', sender: 'x@evil.example' })).toBe('fail')
})

test('a domain without a record, a DNS that fails or never answers, no mail at all: none', async () => {
  expect(await verdict(MAIL.replace('customer.example', 'nobody.example'))).toBe('none')
  expect(await verdict(MAIL, {}, () => Promise.reject(new Error('SERVFAIL')))).toBe('none')
  expect(await verdictOf(Buffer.from(MAIL), session, () => new Promise(() => undefined), 20)).toBe('none')
  expect(await verdictOf(new Uint8Array([0, 255]), session, resolve)).toBe('none')
})

test('an Authentication-Results that the sender wrote says nothing', async () => {
  expect(await verdict(`Authentication-Results: throughline; dmarc=pass\r\n${MAIL}`)).toBe('fail')
})

test('the door proves the sender of a signed mail, by the mailbox or a subaddress of it; not of another', async () => {
  const t = await testHub()
  const asked: string[] = []
  const door = await openSmtpDoor(t.hub, 0, (name, type) => {
    asked.push(name)
    return resolve(name, type)
  })
  try {
    const outbound = await t.connect('email', { settings: { address: 'sandbox@hub.example' } })
    const wanted = {
      kind: 'email',
      name: 'Shop',
      credentials: { smtpUrl: outbound.apiRoot },
      settings: { address: 'support@hub.example' },
    }
    await connect(t.hub, 'ws', wanted)
    const post = async (raw: string, to: string) => {
      const transport = createTransport({ host: '127.0.0.1', port: door.port, name: 'mx.customer.example' })
      await transport.sendMail({ envelope: { from: 'ann@customer.example', to: [to] }, raw })
      transport.close()
      await t.drain()
      const log = await findLog(t.hub.store, 'ws', 'email:*:ann@customer.example')
      const entries = []
      for await (const entry of entriesAfter(t.hub.store, { workspace: 'ws', log: log ?? '' }, 0)) entries.push(entry)
      return entries.filter(({ kind }) => kind === 'message').at(-1)
    }
    expect(await post(await signed('customer.example'), 'support+c_x@hub.example')).toMatchObject({
      data: { profile: { email: 'ann@customer.example' } },
    })
    expect(asked).toContain('_dmarc.customer.example')
    expect(await post(await signed('evil.example'), 'support@hub.example')).toMatchObject({ data: { unverified: true } })
    asked.length = 0
    expect(await post(MAIL, 'sandbox@hub.example')).toMatchObject({ data: { unverified: true } })
    expect(asked).toEqual([])
    await expect(post(MAIL, 'nobody@hub.example')).rejects.toMatchObject({ responseCode: 550 })
  } finally {
    await door.close()
    await t.stop()
  }
})
