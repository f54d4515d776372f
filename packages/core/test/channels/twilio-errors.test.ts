/** Every code of Twilio's that we know: its class, when to try again, what it tells of the recipient, its words; thrown or told later. */

import { fixtureConnection } from '@throughline/core/channels/fixture.ts'
import { sms } from '@throughline/core/channels/sms/index.ts'
import { ErrorCode, type Failure } from '@throughline/core/connector.ts'
import { CODES } from '@throughline/core/sdk/twilio/codes.ts'
import { classifyTwilio, TwilioError, Unsendable } from '@throughline/core/sdk/twilio/errors.ts'
import { form, signTwilio } from '@throughline/core/sdk/twilio/fixture.ts'
import { describe, expect, test } from 'vitest'

const MINUTE = { after: 60 }
const QUARTER = { after: 900 }
const DAY = { after: 86_400 }
const never = 'never' as const
type Row = [code: number, class_: ErrorCode, again: Failure['again'], words: RegExp, more?: Partial<Failure>]

const ROWS: Row[] = [
  [21211, 'unreachable', never, /no phone number/],
  [21214, 'unreachable', never, /no phone number/],
  [21217, 'unreachable', never, /no phone number/],
  [21614, 'unreachable', never, /landline, or no mobile/],
  [21635, 'unreachable', never, /landline/],
  [30006, 'unreachable', never, /landline/],
  [21265, 'unreachable', never, /Short codes and names cannot be answered/],
  [21266, 'unreachable', never, /our own number/],
  [63031, 'unreachable', never, /our own number/],
  [30005, 'unreachable', never, /does not know this number/],
  [30003, 'unreachable', QUARTER, /switched off/],
  [30008, 'unreachable', never, /does not say why/],
  [63003, 'unreachable', never, /not on WhatsApp/],
  [63024, 'unreachable', never, /not on WhatsApp/],
  [63032, 'unreachable', never, /does not let businesses/],
  [63015, 'notConfigured', never, /not joined Twilio’s WhatsApp sandbox/],
  [30004, 'blocked', never, /does not take messages/, { effect: 'blocked' }],
  [63033, 'blocked', never, /does not take messages/, { effect: 'blocked' }],
  [63014, 'blocked', never, /has blocked us/, { effect: 'blocked' }],
  [21610, 'optedOut', never, /opted out by STOP/, { effect: 'optedOut' }],
  [63050, 'optedOut', never, /does not want marketing/],
  [63016, 'windowClosed', never, /only a template/],
  [21654, 'templateNeeded', never, /variables do not fit/],
  [21655, 'templateNeeded', never, /variables do not fit/],
  [21656, 'templateNeeded', never, /variables do not fit/],
  [63027, 'templateNeeded', never, /not known/],
  [63028, 'templateNeeded', never, /variables do not fit/],
  [63029, 'templateNeeded', never, /variables do not fit/],
  [63040, 'templateNeeded', never, /rejected, paused or disabled/],
  [63041, 'templateNeeded', never, /rejected, paused or disabled/],
  [63042, 'templateNeeded', never, /rejected, paused or disabled/],
  [21605, 'tooLong', never, /1600/],
  [21617, 'tooLong', never, /1600/],
  [21602, 'badContent', never, /nothing in this message/],
  [21619, 'badContent', never, /nothing in this message/],
  [30007, 'badContent', never, /filtered this message as spam/],
  [63013, 'badContent', never, /against its rules/],
  [30009, 'badContent', never, /part of the message got lost/],
  [63005, 'badContent', never, /refused the content/],
  [63021, 'badContent', never, /refused the content/],
  [63030, 'badContent', never, /refused the content/],
  [11751, 'mediaRejected', never, /too large/],
  [30019, 'mediaRejected', never, /too large/],
  [21620, 'mediaRejected', never, /not to be fetched/],
  [21623, 'mediaRejected', never, /too many/],
  [12300, 'mediaRejected', never, /kind not taken/],
  [63019, 'mediaRejected', never, /not to be fetched/],
  [30011, 'mediaRejected', never, /does not take pictures/],
  ...[11200, 11205, 11210, 11215, 11220, 11230, 11231, 11232, 11233, 11234, 11235, 11236, 11237, 11238, 11239].map(
    (code): Row => [code, 'mediaRejected', MINUTE, /could not fetch from this hub/],
  ),
  [20003, 'unauthorized', never, /credentials/, { effect: 'unauthorized' }],
  [20005, 'unauthorized', never, /suspended/, { effect: 'unauthorized' }],
  [30002, 'unauthorized', never, /suspended/, { effect: 'unauthorized' }],
  [63001, 'unauthorized', never, /credentials/, { effect: 'unauthorized' }],
  [21408, 'notConfigured', never, /geographic permissions/],
  [21212, 'notConfigured', never, /not a sender/],
  [21603, 'notConfigured', never, /not a sender/],
  [21606, 'notConfigured', never, /not a sender/],
  [21659, 'notConfigured', never, /not a sender/],
  [21660, 'notConfigured', never, /not a sender/],
  [21661, 'notConfigured', never, /not a sender/],
  [21910, 'notConfigured', never, /not a sender/],
  [63002, 'notConfigured', never, /not a sender/],
  [63007, 'notConfigured', never, /not a sender/],
  [21612, 'notConfigured', never, /no way from our number/],
  [21608, 'notConfigured', never, /trial account/],
  [21701, 'notConfigured', never, /Messaging Service/],
  [21702, 'notConfigured', never, /Messaging Service/],
  [21703, 'notConfigured', never, /no number to send from/],
  [21704, 'notConfigured', never, /no number to send from/],
  [21705, 'notConfigured', never, /Messaging Service/],
  [20404, 'notConfigured', never, /does not know what was asked/],
  [30032, 'notConfigured', never, /toll-free/],
  [30034, 'notConfigured', never, /10DLC/],
  [30035, 'notConfigured', never, /10DLC/],
  [30024, 'notConfigured', never, /does not know our sender/],
  [63022, 'notConfigured', never, /locked or restricted/],
  [63051, 'notConfigured', never, /locked or restricted/],
  [63112, 'notConfigured', never, /locked or restricted/],
  [14107, 'rateLimited', MINUTE, /Too many/],
  [20429, 'rateLimited', MINUTE, /Too many/],
  [63017, 'rateLimited', MINUTE, /Too many/],
  [63018, 'rateLimited', MINUTE, /Too many/],
  [21611, 'rateLimited', QUARTER, /queue for this sender/],
  [30001, 'rateLimited', QUARTER, /queue for this sender/],
  [30022, 'quotaReached', DAY, /limit of messages for today/],
  [30023, 'quotaReached', DAY, /limit of messages for today/],
  [30027, 'quotaReached', DAY, /limit of messages for today/],
  [63038, 'quotaReached', DAY, /limit of messages for today/],
  [30010, 'quotaReached', never, /costs more/],
  [63020, 'quotaReached', never, /payment/],
  [63049, 'quotaReached', never, /marketing/],
  [63009, 'providerDown', MINUTE, /failure of its own/],
  [63010, 'providerDown', MINUTE, /failure of its own/],
  [63012, 'providerDown', MINUTE, /failure of its own/],
  [30410, 'providerDown', never, /may have arrived/, { certain: false }],
]

test('the table holds these codes, each once', () => {
  expect(ROWS.map(([code]) => code).toSorted()).toEqual([...CODES.keys()].map(Number).toSorted())
})

describe.each(ROWS)('%i: %s', (code, class_, again, words, more = {}) => {
  const expected = { code: class_, again, certain: true, provider: String(code), words: expect.stringMatching(words), ...more }
  test('thrown, and told later by a callback', () => {
    expect(classifyTwilio(new TwilioError(400, String(code), 'refused'))).toEqual(expected)
    expect(receipt({ ErrorCode: String(code) })).toMatchObject([{ type: 'receipt', state: 'failed', failure: expected }])
    expect(ErrorCode.safeParse(class_).success).toBe(true)
  })
})

const connection = fixtureConnection('sms', { credentials: { accountSid: 'AC', authToken: 'token' } })
function receipt(fields: Record<string, string>) {
  const body = form({ MessageSid: 'SM1', MessageStatus: 'undelivered', To: '+15005550006', ...fields })
  return sms.parse(signTwilio(new TextEncoder().encode(body), connection), connection)
}

test('a code that nobody knows: never again, in Twilio’s own words where it has some', () => {
  const unknown = { code: 'unknown', again: 'never', certain: true, provider: '99999' }
  expect(classifyTwilio(new TwilioError(400, '99999', 'x'))).toEqual({ ...unknown, words: 'Twilio refused it (99999).' })
  const told = (fields: Record<string, string>) => receipt({ ErrorCode: '99999', ...fields })
  expect(told({})).toMatchObject([{ failure: { ...unknown, words: 'Twilio says: undelivered.' } }])
  expect(told({ ErrorMessage: 'Carrier says no' })).toMatchObject([{ failure: { words: 'Twilio says: Carrier says no' } }])
  expect(told({ ChannelStatusMessage: 'Receiver is incapable' })).toMatchObject([
    { failure: { words: 'Twilio says: Receiver is incapable' } },
  ])
})

test('no code: the status of the answer decides', () => {
  const of = (status: number, code?: string, after?: number) => classifyTwilio(new TwilioError(status, code, 'x', after))
  expect(of(429)).toMatchObject({ code: 'rateLimited', again: { after: 60 }, certain: true })
  expect(of(429, '63018', 7)).toMatchObject({ again: { after: 7 }, certain: true, provider: '63018' })
  for (const status of [401, 403])
    expect(of(status)).toMatchObject({ code: 'unauthorized', effect: 'unauthorized', certain: true })
  expect(of(404)).toMatchObject({ code: 'notConfigured', certain: true })
  expect(of(400)).toMatchObject({ code: 'unknown', again: 'never', certain: true, words: 'Twilio refused it (HTTP 400).' })
  for (const status of [500, 502, 503, 504])
    expect(of(status, '20500')).toMatchObject({ code: 'providerDown', again: 'never', certain: false })
})

test('what we refuse ourselves says why', () => {
  expect(classifyTwilio(new Unsendable('Because.'))).toEqual({
    code: 'unsupported',
    again: 'never',
    certain: true,
    words: 'Because.',
  })
})
