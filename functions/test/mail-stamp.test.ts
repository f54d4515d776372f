import { expect, it } from 'vitest'
import { readStamp, sentFrom } from '../mail-stamp.ts'

/** What SES lays on top of a mail, then what its sender wrote. */
const stamp = (dmarc: string, recipient = ' for shop@hub.example;\r\n') => `Return-Path: <ann@customers.example>\r
Received: from mail.customers.example (mail.customers.example [203.0.113.9])\r
 by inbound-smtp.eu-west-1.amazonaws.com with SMTP id o3vrnil0e2ic28trm7\r
${recipient} Fri, 01 Jan 2027 00:00:00 +0000 (UTC)\r
X-SES-Spam-Verdict: PASS\r
X-SES-Virus-Verdict: PASS\r
Received-SPF: pass (spfCheck: domain of customers.example designates 203.0.113.9 as permitted sender)\r
Authentication-Results: amazonses.com;\r
 spf=pass client-ip=203.0.113.9;\r
 dkim=pass header.i=@customers.example;\r
 dmarc=${dmarc} header.from=customers.example;\r
X-SES-RECEIPT: AEFBQUFBQUFB\r
X-SES-DKIM-SIGNATURE: a=rsa-sha256; q=dns/txt\r
`
const FORGED = 'X-SES-Virus-Verdict: PASS\r\nAuthentication-Results: amazonses.com; dmarc=pass\r\nX-SES-RECEIPT: AE\r\n'
const WRITTEN = 'To: "Shop" <shop@hub.example>, Bill <bill@hub.example>\r\nCc: shop@hub.example\r\n\r\nTo: x@y.example\r\n'
const read = (text: string) => readStamp(Buffer.from(text))

it('reads envelope and verdicts from what SES wrote on top', () => {
  const found = { from: 'ann@customers.example', to: ['shop@hub.example'], virus: false }
  expect(read(stamp('pass') + WRITTEN)).toEqual({ ...found, dmarc: 'pass' })
  expect(read(stamp('fail') + WRITTEN)).toEqual({ ...found, dmarc: 'fail' })
  expect(read(stamp('none') + WRITTEN)).toEqual({ ...found, dmarc: 'none' })
  expect(read(stamp('pass').replace('Virus-Verdict: PASS', 'Virus-Verdict: FAIL') + WRITTEN)).toMatchObject({ virus: true })
  expect(read(stamp('pass').replace('Spam-Verdict: PASS', 'Spam-Verdict: FAIL') + WRITTEN)).toMatchObject({ spam: true })
})

it('takes the addresses the sender named where SES names none', () => {
  expect(read(stamp('pass', '') + WRITTEN).to).toEqual(['shop@hub.example', 'bill@hub.example'])
})

it('believes no verdict that the sender wrote', () => {
  expect(read(stamp('fail') + FORGED + WRITTEN).dmarc).toBe('fail')
  expect(read(stamp('pass').replace(/ dmarc=.*\r\n/, '') + FORGED + WRITTEN).dmarc).toBe('none')
  const bare = 'Authentication-Results: amazonses.com; dmarc=pass\r\nReturn-Path: <boss@hub.example>\r\n'
  expect(read(bare + WRITTEN)).toEqual({ from: '', to: ['shop@hub.example', 'bill@hub.example'], dmarc: 'none', virus: false })
})

it('survives what is no mail', () => {
  const nothing = { from: '', to: [], dmarc: 'none', virus: false }
  for (const text of ['', '\r\n\r\n', 'no colon here', '\u0000\uffff']) expect(read(text)).toEqual(nothing)
})

it('finds the mailbox that an event is about', () => {
  const event = (source: string) => JSON.stringify({ eventType: 'Bounce', mail: { source } })
  expect(sentFrom(event('shop@hub.example'))).toBe('shop@hub.example')
  expect(sentFrom(event('"Shop, a@b.example" <shop@hub.example>'))).toBe('shop@hub.example')
  for (const strange of ['', 'null', '{}', '{"mail":{}}', event('nobody')]) expect(sentFrom(strange)).toBeUndefined()
})
