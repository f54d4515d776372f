/** Mail as the world sends it: charsets that lie, names in every encoding, mails within mails, pictures in the layout, HTML of strangers. */

import type { ChannelEvent } from '@throughline/core/channel.ts'
import { connection } from '@throughline/core/channels/email/fixtures/calls.ts'
import { fixtures } from '@throughline/core/channels/email/fixtures/index.ts'
import { email } from '@throughline/core/channels/email/index.ts'
import { describe, expect, test } from 'vitest'

const utf8 = (text: string) => new TextEncoder().encode(text)
const lines = (text: string) => utf8(text.replaceAll('\n', '\r\n'))
const join = (...chunks: Uint8Array[]) => new Uint8Array(Buffer.concat(chunks))

/** Bytes of a charset that TextEncoder does not write: TextDecoder's table, read backwards. */
function encode(charset: string, text: string): Uint8Array {
  const decoder = new TextDecoder(charset)
  const table = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(new Uint8Array([byte])), byte]))
  return Uint8Array.from(text, (letter) => table.get(letter) ?? 0x3f)
}

type Message = Extract<ChannelEvent, { type: 'message' }>
async function read(...chunks: (Uint8Array | string)[]): Promise<Message> {
  const bytes = join(...chunks.map((chunk) => (typeof chunk === 'string' ? lines(chunk) : chunk)))
  const [event] = await email.parse(await fixtures.sign(bytes, connection), connection)
  if (event?.type !== 'message') throw new Error(`no message but ${event?.type}`)
  return event
}
const textOf = ({ parts }: Message) => parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n')
const namesOf = ({ parts }: Message) => parts.flatMap((part) => ('media' in part ? [`${part.type} ${part.media.name}`] : []))
const fileOf = ({ files = [] }: Message, name: string) =>
  new TextDecoder().decode(files.find((file) => file.name === name)?.bytes ?? new Uint8Array())

describe('charsets', () => {
  const HELLO = 'Добрый день! Где мой заказ №5?'
  const NAMED = ['windows-1251', 'koi8-r', 'iso-8859-5', 'ibm866', 'x-mac-cyrillic'] as const
  test.each(NAMED)('%s, as declared', async (charset) => {
    const body = encode(charset, 'Добрый день')
    expect(textOf(await read(`From: a@b.example\nContent-Type: text/plain; charset=${charset}\n\n`, body))).toBe('Добрый день')
  })

  test.each(
    (['windows-1251', 'koi8-r'] as const).flatMap((real) =>
      ['utf-8', 'us-ascii', 'iso-8859-1', 'koi8-r', 'windows-1251', 'x-unknown', ''].map((declared) => [real, declared] as const),
    ),
  )('%s that is declared as "%s", with raw headers', async (real, declared) => {
    const type = declared && `\nContent-Type: text/plain; charset=${declared}`
    const mail = await read(
      'From: ',
      encode(real, 'Анна'),
      ' <a@b.example>\nSubject: ',
      encode(real, 'Счет'),
      `${type}\n\n`,
      encode(real, HELLO),
    )
    expect(mail.from.name).toBe('Анна')
    expect(mail.subject).toBe('Счет')
    // KOI8-R has no №.
    expect(textOf(mail).replace('?5', '№5')).toBe(HELLO)
  })

  test.each(['windows-1251', 'us-ascii', 'koi8-r', ''])('UTF-8 that is declared as "%s"', async (declared) => {
    const type = declared && `\nContent-Type: text/plain; charset=${declared}`
    const mail = await read(`From: Анна <a@b.example>\nSubject: Счёт${type}\n\n${HELLO}`)
    expect([mail.from.name, mail.subject, textOf(mail)]).toEqual(['Анна', 'Счёт', HELLO])
  })

  test('a wrong part beside a right one: each by itself', async () => {
    const mail = await read(
      'From: a@b.example\nSubject: =?utf-8?B?0KHRh9GR0YI=?=\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain; charset=us-ascii\n\n',
      encode('windows-1251', 'Привет'),
      '\n--b\nContent-Disposition: attachment;\n filename="',
      encode('windows-1251', 'дом.pdf'),
      '"\n\nx\n--b--',
    )
    expect([mail.subject, textOf(mail), ...namesOf(mail)]).toEqual(['Счёт', 'Привет', 'file дом.pdf'])
  })

  test('French stays French, and a broken character is no reason to make it Russian', async () => {
    const said = 'Créée à l’été: ÀÉÈÇ, où ça?'
    expect(textOf(await read(`From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n${said}`))).toBe(said)
    const broken = join(utf8('Where is order 5?'), new Uint8Array([0xff]), utf8(' Thanks'))
    expect(textOf(await read('From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n', broken))).toMatch(
      /^Where is order 5\?. Thanks$/,
    )
  })

  test.each([
    ['gb18030', [0xc4, 0xe3, 0xba, 0xc3], '你好'],
    ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x24, 0x22, 0x1b, 0x28, 0x42], 'あ'],
  ])('%s', async (charset, bytes, text) => {
    expect(textOf(await read(`From: a@b.example\nContent-Type: text/plain; charset=${charset}\n\n`, new Uint8Array(bytes)))).toBe(
      text,
    )
  })

  test('encoded words that are split within a letter are joined first', async () => {
    const mail = await read('From: a@b.example\nSubject: =?utf-8?Q?=D0=9F=D1?=\n =?utf-8?Q?=80=D0=B8?= =?utf-8?B?0LLQtdGC?=\n\nx')
    expect(mail.subject).toBe('Привет')
  })

  test('file names: RFC 2231 in pieces, RFC 2047 in quotes, of another charset', async () => {
    const names = [
      "attachment;\n filename*0*=utf-8''%D0%B4%D0%BE;\n filename*1*=%D0%BC.pdf",
      "attachment; filename*=windows-1251''%E4%EE%EC.pdf",
      'attachment; filename="=?utf-8?B?0LTQvtC8LnBkZg==?="',
      'attachment; filename="=?windows-1251?Q?=E4=EE=EC?= =?windows-1251?Q?.pdf?="',
      'attachment; filename="дом.pdf"',
    ]
    const parts = names.map((name) => `--b\nContent-Type: application/pdf\nContent-Disposition: ${name}\n\nx\n`).join('')
    const mail = await read(`From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n${parts}--b--`)
    expect(namesOf(mail)).toEqual(names.map(() => 'file дом.pdf'))
  })

  test('format=flowed and DelSp join their lines', async () => {
    const flowed = 'From: a@b.example\nContent-Type: text/plain; format=flowed; delsp=yes\n\nДобрый день! Где \nмой заказ?'
    expect(textOf(await read(flowed))).toBe('Добрый день! Гдемой заказ?')
    expect(textOf(await read(flowed.replace('; delsp=yes', '')))).toBe('Добрый день! Где мой заказ?')
  })
})

describe('parts', () => {
  const mixed = (...parts: string[]) =>
    `From: a@b.example\nSubject: Order\nContent-Type: multipart/mixed; boundary=b\n\n${parts.map((part) => `--b\n${part}\n`).join('')}--b--`
  const TEXT = 'Content-Type: text/plain\n\nhello'

  test('winmail.dat is a file', async () => {
    const mail = await read(
      mixed(
        TEXT,
        'Content-Type: application/ms-tnef\nContent-Disposition: attachment; filename=winmail.dat\n\nx',
        'Content-Type: application/ms-tnef\n\nx',
      ),
    )
    expect([textOf(mail), ...namesOf(mail)]).toEqual(['hello', 'file winmail.dat', 'file winmail.dat'])
  })

  test('an invitation is a file, its words are not the person’s', async () => {
    const mail = await read(
      mixed(TEXT, 'Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nSUMMARY:secret\nEND:VCALENDAR'),
    )
    expect([textOf(mail), ...namesOf(mail)]).toEqual(['hello', 'file invite.ics'])
  })

  test('a mail within a mail is a file, four deep as well', async () => {
    let nested = 'From: d@b.example\nSubject: deepest\n\nnot mine'
    for (const at of [1, 2, 3, 4])
      nested = `From: c${at}@b.example\nContent-Type: multipart/mixed; boundary=n${at}\n\n--n${at}\nContent-Type: message/rfc822\n\n${nested}\n--n${at}--`
    const mail = await read(
      mixed(
        TEXT,
        `Content-Type: message/rfc822\n\n${nested}`,
        `Content-Type: message/rfc822\nContent-Disposition: inline; filename="Счёт.eml"\n\n${nested}`,
      ),
    )
    expect([textOf(mail), ...namesOf(mail)]).toEqual(['hello', 'file message.eml', 'file Счёт.eml'])
  })

  test('plain text is preferred, unless it only says that there is HTML', async () => {
    const both = (text: string) =>
      `From: a@b.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n${text}\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>from <i>HTML</i></p>\n--b--`
    expect(textOf(await read(both('from text')))).toBe('from text')
    for (const excuse of [
      '',
      ' \n ',
      'Your client does not support HTML.',
      'View this email in your browser (HTML version)',
      'Ваш клиент не поддерживает HTML',
    ])
      expect(textOf(await read(both(excuse)))).toBe('from HTML')
  })

  test('quotes of HTML are cut as those of text are', async () => {
    const gmail = `From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n<div>Да, подтверждаю</div><br><div class="gmail_quote"><div class="gmail_attr">пн, 5 янв. 2026 г. в 15:04, Магазин &lt;<a href="mailto:s@shop.example">s@shop.example</a>&gt;:<br></div><blockquote class="gmail_quote"><div>Подтвердите заказ</div></blockquote></div>`
    const mail = await read(gmail)
    expect(textOf(mail)).toBe('Да, подтверждаю')
    expect(fileOf(mail, 'whole.txt')).toContain('> Подтвердите заказ')
    const outlook = `From: a@b.example\nContent-Type: text/html; charset=utf-8\n\n<p>Согласна</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>От:</b> Магазин &lt;s@shop.example&gt;<br><b>Отправлено:</b> 5 января 2026 г. 15:04<br><b>Кому:</b> Анна<br><b>Тема:</b> Заказ</p></div><p>Согласны?</p>`
    expect(textOf(await read(outlook))).toBe('Согласна')
  })

  test('a forward is content, by its subject too', async () => {
    const body = 'Что это?\n\nОт: Банк <bank@b.example>\nОтправлено: 5 января 2026 г. 15:04\nКому: Анна\nТема: Счёт\n\nОплатите'
    expect(textOf(await read(`From: a@b.example\nSubject: FW: Счёт\n\n${body}`))).toBe(body)
    expect(textOf(await read(`From: a@b.example\nSubject: RE: FW: Счёт\n\n${body}`))).toBe('Что это?')
  })

  test('more files than a person sends are counted, not listed', async () => {
    const many = Array.from({ length: 430 }, (_, index) => `Content-Disposition: attachment; filename=${index}.txt\n\nx`)
    const mail = await read(mixed(TEXT, ...many))
    expect(mail.files?.length).toBe(400)
    expect(mail.parts.at(-1)).toEqual({ type: 'other', kind: 'files', text: '[30 more files]' })
  })

  test('mails nested without end are no mail', async () => {
    const boxes = Array.from({ length: 60 }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}`).join('\n')
    const events = await email.parse(await fixtures.sign(lines(`From: a@b.example\n${boxes}\n\nhi`), connection), connection)
    expect(events).toEqual([{ type: 'unknown', kind: 'unreadable mail' }])
  })
})

describe('pictures', () => {
  const PNG = 'iVBORw0KGgo='
  const LARGE = Buffer.from(new Uint8Array(30_000)).toString('base64')
  const related = (html: string, ...pictures: string[]) =>
    `From: a@b.example\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\n\n${html}\n${pictures.map((one) => `--b\n${one}\n`).join('')}--b--`
  const picture = (id: string, data: string, disposition = 'inline') =>
    `Content-Type: image/png; name=${id}.png\nContent-ID: <${id}@x>\nContent-Disposition: ${disposition}; filename=${id}.png\nContent-Transfer-Encoding: base64\n\n${data}`

  test('a logo that the HTML shows is part of the layout', async () => {
    const mail = await read(related('<p>Hi</p><img src="cid:logo@x" alt="Shop">', picture('logo', PNG)))
    expect([textOf(mail), ...namesOf(mail)]).toEqual(['Hi'])
    expect(fileOf(mail, 'mail.html')).toContain(`<img src="data:image/png;base64,${PNG}" alt="Shop"`)
  })

  test('a picture that was pasted into the person’s own words is theirs, in a quote or below it is not', async () => {
    const quote =
      '<div>On Mon, Jan 5, 2026 at 3:04 PM Shop &lt;s@shop.example&gt; wrote:</div><blockquote><p>Hello</p><img src="cid:old%40x"></blockquote>'
    const mail = await read(related(`<p>See:</p><img src=cid:new@x>${quote}`, picture('new', LARGE), picture('old', LARGE)))
    expect([textOf(mail), ...namesOf(mail)]).toEqual(['See:', 'image new.png'])
  })

  test('Apple’s photos between the words have no cid in the HTML and stay', async () => {
    const mail = await read(
      `From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nbefore\n--b\nContent-Type: image/jpeg; name=IMG_1.jpeg\nContent-Disposition: inline; filename=IMG_1.jpeg\nContent-Transfer-Encoding: base64\n\n${PNG}\n--b\nContent-Type: text/plain\n\nafter\n--b--`,
    )
    expect(namesOf(mail)).toEqual(['image IMG_1.jpeg'])
    expect(textOf(mail)).toMatch(/before\s+after/)
  })

  test('Outlook’s marks of pictures are no words', async () => {
    const mail = await read(
      `From: a@b.example\nContent-Type: multipart/related; boundary=r\n\n--r\nContent-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nHi\n[cid:logo@x]\n--a\nContent-Type: text/html\n\n<p>Hi</p><img src="cid:logo@x">\n--a--\n--r\n${picture('logo', PNG)}\n--r--`,
    )
    expect([textOf(mail), ...namesOf(mail)]).toEqual(['Hi'])
  })
})

describe('HTML of strangers', () => {
  const html = async (body: string) =>
    fileOf(await read(`From: a@b.example\nSubject: x\nContent-Type: text/html; charset=utf-8\n\n${body}`), 'mail.html')

  test.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<img src="https://tracker.example/p.gif">',
    '<img src="//tracker.example/p.gif" srcset="https://tracker.example/2x 2x">',
    '<a href="javascript:alert(1)">a</a>',
    '<a href="data:text/html,x">a</a>',
    '<a href=" java\tscript:alert(1)">a</a>',
    '<svg onload=alert(1)><script>1</script></svg>',
    '<iframe src="https://evil.example"></iframe>',
    '<form action="https://evil.example"><input name=p></form>',
    '<style>@import "https://evil.example"</style><p style="background:url(https://evil.example)">a</p>',
    '<link rel=stylesheet href="https://evil.example"><base href="https://evil.example">',
    '<meta http-equiv=refresh content="0;url=https://evil.example">',
    '<table background="https://evil.example"><tr><td>a</td></tr></table>',
    '<video src="https://evil.example" poster="https://evil.example"></video>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<object data="https://evil.example"></object><embed src="https://evil.example">',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
  ])('%s', async (body) => {
    const safe = await html(`<p>hello</p>${body}`)
    expect(safe).toContain('<p>hello</p>')
    expect(safe).not.toMatch(/<(?:script|style|iframe|form|input|svg|math|link|base|meta|object|embed|video)\b/i)
    expect(safe).not.toMatch(/<[^>]*(?:\son\w+=|javascript:|tracker|evil|style=|svg)/i)
  })

  test('links stay, and give nothing away', async () => {
    expect(await html('<a href="https://x.example/a?b=1&amp;c=2" onclick=x>go</a>')).toContain(
      '<a href="https://x.example/a?b=1&amp;c=2" rel="noopener noreferrer nofollow" target="_blank">go</a>',
    )
  })

  test('a picture of elsewhere is named by its words', async () => {
    expect(await html('<img src="https://x.example/a.png" alt="Our shop">')).toContain('[Our shop]')
  })
})
