/** Contact cards: what WhatsApp and phones of all ages write, and the way from a file to a contact in the stream. */
import { preview } from '@throughline/core/flow/reply.ts'
import { readEntries } from '@throughline/core/flow/timeline.ts'
import { wordsFor } from '@throughline/core/flow/words.ts'
import { form, signTwilio } from '@throughline/core/sdk/twilio/fixture.ts'
import { cardsOf, isCard } from '@throughline/core/sdk/twilio/vcard.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testHub, WORKSPACE } from '../hub.ts'

const utf8 = (...lines: string[]) => new TextEncoder().encode(lines.join('\r\n'))
const card = (...lines: string[]) => cardsOf(utf8('BEGIN:VCARD', ...lines, 'END:VCARD', ''))

test.each([
  [
    'WhatsApp: 3.0 with groups, a waid and a label',
    card(
      'VERSION:3.0',
      'N:Смит;Анна;;;',
      'FN:Анна Смит',
      'item1.TEL;type=CELL;waid=15005550006:+1 500-555-0006',
      'item1.X-ABLabel:Mobile',
    ),
    [{ type: 'contact', name: 'Анна Смит', phone: '+1 500-555-0006' }],
  ],
  [
    'an old phone: 2.1, bare types, quoted-printable over two lines',
    card(
      'VERSION:2.1',
      'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=B2=D0=B0=',
      '=D0=BD=D0=BE=D0=B2;=D0=98;;;',
      'TEL;CELL:+79001234567',
    ),
    [{ type: 'contact', name: 'И Иванов', phone: '+79001234567' }],
  ],
  [
    'another charset',
    card('FN;CHARSET=windows-1251;ENCODING=QUOTED-PRINTABLE:=C0=ED=ED=E0', 'EMAIL;INTERNET:anna@example.com'),
    [{ type: 'contact', name: 'Анна', email: 'anna@example.com' }],
  ],
  [
    '4.0: a tel URI, an escaped comma, a colon in quotes, a folded line',
    card('VERSION:4.0', 'FN:Smith\\, Ann', 'TEL;VALUE=uri;PREF=1;LABEL="a:b":tel:+1-500-', ' 555-0006'),
    [{ type: 'contact', name: 'Smith, Ann', phone: '+1-500-555-0006' }],
  ],
  ['no name: the firm, else the number', card('ORG:Shop', 'TEL:1'), [{ type: 'contact', name: 'Shop', phone: '1' }]],
  ['only a number', card('TEL:+15005550006'), [{ type: 'contact', name: '+15005550006', phone: '+15005550006' }]],
  ['nothing to tell', card('VERSION:3.0', 'PHOTO;ENCODING=b:AAAA'), []],
])('%s', (_name, found, expected) => {
  expect(found).toEqual(expected)
})

test('several in one file, the first phone of each, no more than twenty', () => {
  const one = (name: string) => ['BEGIN:VCARD', `FN:${name}`, 'TEL:1', 'TEL:2', 'END:VCARD']
  expect(cardsOf(utf8(...one('Ann'), ...one('Bob')))).toMatchObject([{ name: 'Ann', phone: '1' }, { name: 'Bob' }])
  expect(cardsOf(utf8(...Array.from({ length: 50 }, (_, index) => one(`P${index}`)).flat()))).toHaveLength(20)
})

test.each(['text/vcard', 'text/x-vcard; charset=utf-8', 'TEXT/X-vCard', 'text/directory;profile=vcard'])('%s is a card', (mime) =>
  expect(isCard(mime)).toBe(true),
)
test.each(['text/plain', undefined, 'text/vcardlike', 'image/png'])('%s is none', (mime) => expect(isCard(mime)).toBe(false))

test('whatever lies in the file: no throw, short lists, whole characters', () => {
  const line = fc.constantFrom(
    'BEGIN:VCARD',
    'END:VCARD',
    'FN:',
    'TEL;',
    'N:;;',
    ' ',
    '=',
    'FN;QUOTED-PRINTABLE:=D0=',
    'CHARSET=x-none;',
    '"',
    ':',
  )
  const text = fc.array(fc.oneof(line, fc.string({ unit: 'binary' })), { maxLength: 60 }).map((all) => utf8(...all))
  fc.assert(
    fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 4000 })), (bytes) => {
      const cards = cardsOf(bytes)
      expect(cards.length).toBeLessThanOrEqual(20)
      for (const { name, phone = '', email = '' } of cards)
        for (const value of [name, phone, email]) expect(value.isWellFormed() && value.length <= 200).toBe(true)
    }),
    { numRuns: 500 },
  )
})

test('half a megabyte of one line ends soon', () => {
  for (const piece of ['FN:a\r\n ', '=', '=\n', 'a=\n', '=\n ', '"', 'a;', ':', '\n'])
    expect(cardsOf(utf8(`BEGIN:VCARD\nFN;QUOTED-PRINTABLE:${piece.repeat(400_000)}`)).length).toBeLessThanOrEqual(1)
})

test('a card that a customer shares becomes a contact in the stream, the file stays', async () => {
  const t = await testHub({
    parts: (hub) => ({
      fetch: async (url, init) =>
        String(url).includes('/Media/')
          ? new Response('BEGIN:VCARD\nFN:Bob\nTEL:+15005550009\nEND:VCARD', { headers: { 'content-type': 'text/vcard' } })
          : hub.fetch(url, init),
    }),
  })
  const connection = await t.connect('whatsapp')
  const said = form({
    MessageSid: 'MM1',
    From: 'whatsapp:+15005551001',
    To: 'whatsapp:+15005550001',
    Body: '',
    MessageType: 'contacts',
    NumMedia: '1',
    MediaContentType0: 'text/vcard',
    MediaUrl0: `${t.provider.root('whatsapp')}/2010-04-01/Accounts/AC/Messages/MM1/Media/ME1`,
  })
  await t.enter(connection, signTwilio(new TextEncoder().encode(said), connection))
  await t.drain()
  const customer = await t.logOf(connection, 1)
  const { entries } = await readEntries(t.hub, WORKSPACE, customer, { limit: 10 })
  const media = entries.find((entry) => entry.kind === 'media')
  expect(media).toMatchObject({ data: { mime: 'text/vcard', parts: [{ type: 'contact', name: 'Bob', phone: '+15005550009' }] } })
  expect(media && wordsFor(media)).toBe('[contact] Bob, +15005550009')
  expect(await t.hub.blobs.get(media?.kind === 'media' ? (media.data.blob ?? '') : '')).toMatchObject({ mime: 'text/vcard' })
  expect((await preview(t.hub, WORKSPACE, customer, {})).ok).toBe(true)
  await t.stop()
})
