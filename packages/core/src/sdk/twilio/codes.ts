/**
 * Twilio's error codes in our closed list: the one table, for what a call throws and for what a status callback tells later. Each row:
 * its codes, our code, the words for the agent, when to try again (absent: never), what it tells of the recipient or the account.
 * `certain: false`: it may have arrived all the same.
 */
import type { ErrorCode, Failure } from '../../connector.ts'

export type Known = {
  code: ErrorCode
  words: string
  again?: Failure['again']
  effect?: NonNullable<Failure['effect']>
  certain?: false
}
type Row = [codes: readonly number[], known: Known]

const MINUTE = { after: 60 }
const QUARTER = { after: 900 }
const DAY = { after: 86_400 }

const recipient: Row[] = [
  [[21211, 21214, 21217], { code: 'unreachable', words: 'This is no phone number that can be written to.' }],
  [[21614, 21635, 30006], { code: 'unreachable', words: 'This number cannot receive messages: a landline, or no mobile phone.' }],
  [[21265], { code: 'unreachable', words: 'Short codes and names cannot be answered: Twilio delivers to phones alone.' }],
  [[21266, 63031], { code: 'unreachable', words: 'This is our own number.' }],
  [[30005], { code: 'unreachable', words: 'The carrier does not know this number any more.' }],
  [[30003], { code: 'unreachable', words: 'The phone is switched off or out of reach.', again: QUARTER }],
  [[30008], { code: 'unreachable', words: 'The carrier did not deliver it and does not say why. Trying once more may help.' }],
  [[63003, 63024], { code: 'unreachable', words: 'This person is not on WhatsApp under that number.' }],
  [[63032], { code: 'unreachable', words: 'WhatsApp does not let businesses write to this person at present.' }],
  [
    [63015],
    {
      code: 'notConfigured',
      words: 'This person has not joined Twilio’s WhatsApp sandbox: they first send “join” and its two words.',
    },
  ],
  [[30004, 63033], { code: 'blocked', words: 'The recipient does not take messages from this sender.', effect: 'blocked' }],
  [[63014], { code: 'blocked', words: 'The customer has blocked us.', effect: 'blocked' }],
  [
    [21610],
    { code: 'optedOut', words: 'The customer opted out by STOP and gets nothing until they send START.', effect: 'optedOut' },
  ],
  // Of marketing alone: answers still reach them.
  [[63050], { code: 'optedOut', words: 'The customer does not want marketing from this business on WhatsApp.' }],
]

const content: Row[] = [
  [
    [63016],
    {
      code: 'windowClosed',
      words: 'WhatsApp’s 24 hours since the customer’s last message are over: only a template may be sent.',
    },
  ],
  [
    [21654, 21655, 21656, 63027, 63028, 63029],
    { code: 'templateNeeded', words: 'The template is not known, or its variables do not fit it.' },
  ],
  [[63040, 63041, 63042], { code: 'templateNeeded', words: 'WhatsApp has rejected, paused or disabled this template.' }],
  [[21605, 21617], { code: 'tooLong', words: 'The message is longer than Twilio takes (1600 characters).' }],
  [[21602, 21619], { code: 'badContent', words: 'There is nothing in this message that could be sent.' }],
  [[30007], { code: 'badContent', words: 'The carrier filtered this message as spam.' }],
  [[63013], { code: 'badContent', words: 'WhatsApp takes this message to be against its rules.' }],
  [[30009], { code: 'badContent', words: 'A part of the message got lost on its way to the carrier.' }],
  [[63005, 63021, 63030], { code: 'badContent', words: 'WhatsApp refused the content of this message.' }],
  [[11751, 30019], { code: 'mediaRejected', words: 'The file is too large for this channel or carrier.' }],
  [
    [21620, 21623, 12300, 63019],
    { code: 'mediaRejected', words: 'The file was refused: of a kind not taken, too many, or not to be fetched.' },
  ],
  [[30011], { code: 'mediaRejected', words: 'This phone does not take pictures (MMS).' }],
  [
    [11200, 11205, 11210, 11215, 11220, ...Array.from({ length: 10 }, (_, last) => 11230 + last)],
    { code: 'mediaRejected', words: 'Twilio could not fetch from this hub’s public address.', again: MINUTE },
  ],
]

const ours: Row[] = [
  [
    [20003, 20005, 30002, 63001],
    {
      code: 'unauthorized',
      words: 'Twilio refuses the account’s credentials, or the account is suspended.',
      effect: 'unauthorized',
    },
  ],
  [[21408], { code: 'notConfigured', words: 'Messages to this country are switched off in Twilio’s geographic permissions.' }],
  [
    [21212, 21603, 21606, 21659, 21660, 21661, 21910, 63002, 63007],
    { code: 'notConfigured', words: 'The number we send from is not a sender of this Twilio account for this channel.' },
  ],
  [[21612], { code: 'notConfigured', words: 'Twilio has no way from our number to this recipient.' }],
  [[21608], { code: 'notConfigured', words: 'A trial account writes only to numbers that were verified in Twilio’s Console.' }],
  [
    [21701, 21702, 21703, 21704, 21705],
    { code: 'notConfigured', words: 'The Messaging Service is unknown, or has no number to send from.' },
  ],
  [[20404], { code: 'notConfigured', words: 'Twilio does not know what was asked for: see the code in its Console.' }],
  [[30032], { code: 'notConfigured', words: 'The toll-free number is not verified with the carriers yet.' }],
  [[30034, 30035], { code: 'notConfigured', words: 'The number is not registered for messages in the USA (A2P 10DLC).' }],
  [[30024], { code: 'notConfigured', words: 'This carrier does not know our sender.' }],
  [[63022, 63051, 63112], { code: 'notConfigured', words: 'WhatsApp has locked or restricted the business’s account.' }],
]

const limits: Row[] = [
  [[14107, 20429, 63017, 63018], { code: 'rateLimited', words: 'Too many messages at once.', again: MINUTE }],
  [[21611, 30001], { code: 'rateLimited', words: 'Twilio’s queue for this sender is full.', again: QUARTER }],
  [[30022, 30023, 30027, 63038], { code: 'quotaReached', words: 'The limit of messages for today is reached.', again: DAY }],
  [[30010], { code: 'quotaReached', words: 'The message costs more than the limit that was set.' }],
  [[63020], { code: 'quotaReached', words: 'WhatsApp wants a payment before it takes more messages.' }],
  [[63049], { code: 'quotaReached', words: 'Meta chose not to deliver more marketing to this customer for now.' }],
  [[63009, 63010, 63012], { code: 'providerDown', words: 'WhatsApp had a failure of its own.', again: MINUTE }],
  [[30410], { code: 'providerDown', words: 'The carrier did not answer Twilio: it may have arrived.', certain: false }],
]

export const CODES: ReadonlyMap<string, Known> = new Map(
  [...recipient, ...content, ...ours, ...limits].flatMap(([codes, known]) => codes.map((code) => [String(code), known] as const)),
)
