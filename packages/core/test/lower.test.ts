/** A message as units that a channel can carry: nothing is lost, nothing is longer than it may be. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { meaningOf, understand } from '../src/delivery/lower/buttons.ts'
import { split } from '../src/delivery/lower/split.ts'
import { type Can, lower } from '../src/delivery/lower.ts'
import type { Mark, MediaPart, Part } from '../src/message.ts'
import { plain } from '../src/message.ts'

const MB = 1024 * 1024
const plainest: Can = {
  maxText: 50,
  maxCaption: 0,
  media: {},
  location: false,
  contact: false,
  buttons: 0,
  formatting: false,
  bundles: false,
}
const link = (part: MediaPart) => `https://hub.example/media/${part.media.blob}`
const units = (parts: Part[], can: Partial<Can> = {}) => lower(parts, { ...plainest, ...can }, link).map((unit) => unit.parts)
const image = (fields: Partial<MediaPart['media']> = {}, caption?: string): Part => ({
  type: 'image',
  media: { blob: 'b', mime: 'image/jpeg', size: MB, ...fields },
  ...(caption ? { caption } : {}),
})
const unspaced = (text: string) => text.replace(/\s+/g, '')

describe('split', () => {
  test('pieces fit, are whole characters, and hold every word in order', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 400 }),
      fc.lorem({ maxCount: 60 }),
      fc.constant('🙂'.repeat(100)),
    )
    fc.assert(
      fc.property(texts, fc.integer({ min: 2, max: 60 }), (text, max) => {
        const pieces = split(text, max)
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(max)
          expect(piece.trim()).not.toBe('')
          expect(piece.isWellFormed()).toBe(text.isWellFormed())
        }
        expect(unspaced(pieces.join(''))).toBe(unspaced(text))
      }),
      { numRuns: 1000 },
    )
  })
  test('at a line, else at a space, else anywhere', () => {
    expect(split('one two\nthree four', 10)).toEqual(['one two', 'three four'])
    expect(split('one two three', 8)).toEqual(['one two', 'three'])
    expect(split('abcdefghij', 4)).toEqual(['abcd', 'efgh', 'ij'])
    expect(split('  ', 4)).toEqual([])
  })
})

describe('formatting', () => {
  const bold = (start: number, end: number) => ({ kind: 'bold' as const, start, end })
  const text = (text: string, ...marks: Mark[]): Part[] => [{ type: 'text', text, marks }]
  const signs = { bold: '*', italic: '_', strike: '~', code: '`', pre: '```' }
  const written = (parts: Part[], can: Partial<Can> = {}) =>
    units(parts, { formatting: signs, ...can }).map((unit) => plain(unit))

  test('goes with its words, cut where they are cut', () => {
    const parts = text('aaaa bbbb cccc', bold(5, 14))
    expect(units(parts, { maxText: 9, formatting: true })).toEqual([
      [{ type: 'text', text: 'aaaa bbbb', marks: [bold(5, 9)] }],
      [{ type: 'text', text: 'cccc', marks: [bold(0, 4)] }],
    ])
    expect(units(parts)).toEqual([[{ type: 'text', text: 'aaaa bbbb cccc' }]])
  })

  test('keeps to the text and to whole characters, whatever a program asked for', () => {
    const marks = [bold(-3, 1), bold(2, 99), bold(1, 1), bold(Number.NaN, 1), bold(8, 4)]
    expect(units(text('a🙂b', ...marks), { formatting: true })).toEqual([
      [{ type: 'text', text: 'a🙂b', marks: [bold(0, 1), bold(3, 4), bold(0, 1)] }],
    ])
  })

  test('is written into the text where that is the way', () => {
    expect(written(text('Hello Ann, bye', bold(6, 9)))).toEqual(['Hello *Ann*, bye'])
    expect(written(text('so very good', bold(0, 12), { kind: 'italic', start: 3, end: 7 }))).toEqual(['*so _very_ good*'])
    expect(written(text('one two', { kind: 'italic', start: 0, end: 3 }, { kind: 'strike', start: 4, end: 7 }))).toEqual([
      '_one_ ~two~',
    ])
    expect(written(text('run it', { kind: 'code', start: 0, end: 6 }, bold(0, 3)))).toEqual(['`run it`'])
  })

  test('is written line by line and never over the white space beside it; a block of code stays one', () => {
    expect(written(text('a b \n c d', bold(1, 9)))).toEqual(['a *b* \n *c d*'])
    expect(written(text('x = 1\ny = 2', { kind: 'pre', start: 0, end: 11 }))).toEqual(['```x = 1\ny = 2```'])
  })

  test('is left out where a sign would only be a character', () => {
    expect(written(text('unbelievable', bold(2, 8)))).toEqual(['unbelievable'])
    expect(written(text('2 * 3 = 6', bold(0, 5)))).toEqual(['2 * 3 = 6'])
    expect(written(text('one two three', bold(0, 7), { kind: 'italic', start: 4, end: 13 }))).toEqual(['one _two three_'])
    expect(written(text('secret', { kind: 'spoiler', start: 0, end: 6 }))).toEqual(['secret'])
  })

  test('leaves room for its signs', () => {
    expect(written(text('aaaa bbbb', bold(0, 9)), { maxText: 10 })).toEqual(['*aaaa*', '*bbbb*'])
    expect(written(text('aaaa bbbb', bold(0, 9)), { maxText: 11 })).toEqual(['*aaaa bbbb*'])
    const each = [...'abcdefgh'].map((_, index) => bold(index * 2, index * 2 + 1))
    expect(written(text('a b c d e f g h', ...each), { maxText: 16 }).every((piece) => piece.length <= 16)).toBe(true)
  })

  test('a link tells its address where it cannot lie behind words', () => {
    const link = (start: number, end: number, url: string): Mark => ({ kind: 'link', start, end, url })
    const shop = text('See our shop, Ann', link(8, 12, 'https://shop.example'), bold(8, 17))
    expect(units(shop, { maxText: 99 })).toEqual([[{ type: 'text', text: 'See our shop (https://shop.example), Ann' }]])
    expect(units(shop, { maxText: 99, formatting: true })[0]?.[0]).toMatchObject({ text: 'See our shop, Ann' })
    expect(written(shop, { maxText: 99 })).toEqual(['See our *shop (https://shop.example), Ann*'])
    expect(units(text('shop.example now', link(0, 12, 'https://shop.example/')))).toEqual([
      [{ type: 'text', text: 'shop.example now' }],
    ])
  })
})

describe('a picture', () => {
  const media = { image: { maxBytes: 5 * MB } }
  test('with its caption where that fits, before it where not', () => {
    expect(units([image({}, 'Look')], { media, maxCaption: 10 })).toEqual([[image({}, 'Look')]])
    expect(units([image({}, 'Look')], { media })).toEqual([
      [{ ...image(), caption: undefined }],
      [{ type: 'text', text: 'Look' }],
    ])
  })
  test('and its words apart where a channel would lose them beside this kind', () => {
    const can = { media: { image: { maxBytes: 5 * MB, caption: false as const } }, maxCaption: 1000 }
    expect(units([image({}, 'Look')], can)).toEqual([[{ ...image(), caption: undefined }], [{ type: 'text', text: 'Look' }]])
    expect(units([image()], can)).toEqual([[image()]])
  })
  test('as a file where pictures are none, as a link where nothing is', () => {
    expect(units([image()], { media: { file: { maxBytes: 5 * MB } } })).toEqual([[{ ...image(), type: 'file' }]])
    const both = { image: { maxBytes: 5 * MB, mimes: ['image/jpeg'] }, file: { maxBytes: 9 * MB } }
    for (const other of [image({ size: 6 * MB }), image({ mime: 'image/tiff' })])
      expect(units([other], { media: both })).toEqual([[{ ...other, type: 'file' }]])
    expect(units([image({ mime: 'Image/JPEG; q=1' })], { media: both })[0]?.[0]).toMatchObject({ type: 'image' })
    const linked = [{ type: 'text', text: 'Look\nhttps://hub.example/media/b' }]
    expect(units([image({}, 'Look')])).toEqual([linked])
    expect(units([image({ size: 6 * MB }, 'Look')], { media })).toEqual([linked])
    expect(
      units([image({ mime: 'image/tiff' }, 'Look')], { media: { image: { maxBytes: 5 * MB, mimes: ['image/jpeg'] } } }),
    ).toEqual([linked])
  })
})

test('its formatting goes where the words go', () => {
  const marks: Mark[] = [{ kind: 'bold', start: 0, end: 4 }]
  const media = { image: { maxBytes: 5 * MB } }
  const picture: Part = { type: 'image', media: { blob: 'b', size: MB }, caption: 'Look', marks }
  expect(units([picture], { media, maxCaption: 10, formatting: true })).toEqual([[picture]])
  expect(units([picture], { media, maxCaption: 10 })).toEqual([[{ ...picture, marks: undefined }]])
  expect(units([picture], { media, maxCaption: 6, formatting: { bold: '*' } })[0]?.[0]).toMatchObject({ caption: '*Look*' })
  expect(units([picture], { media, maxCaption: 5, formatting: { bold: '*' } })[0]?.[0]).toMatchObject({ caption: 'Look' })
  expect(units([picture], { media, formatting: true })).toEqual([
    [{ ...picture, caption: undefined, marks: undefined }],
    [{ type: 'text', text: 'Look', marks }],
  ])
})

test('a file that cannot go goes as a link with its name; an album as single pictures', () => {
  const large: Part = { type: 'file', media: { blob: 'b', name: 'plan.pdf', size: 9 * MB } }
  const media = { file: { maxBytes: 5 * MB }, image: { maxBytes: 5 * MB } }
  expect(units([large], { media })).toEqual([[{ type: 'text', text: 'plan.pdf\nhttps://hub.example/media/b' }]])
  expect(units([image({}, 'One'), image(), image({}, 'Three')], { media, maxCaption: 10 })).toHaveLength(3)
})

test('a place goes as a map link, or as a place with its name beside it', () => {
  const shop: Part = { type: 'location', latitude: 52.5, longitude: 1e-7, title: 'Shop', address: 'Main Street 1' }
  const map = 'Shop\nMain Street 1\nhttps://maps.google.com/?q=52.5,0'
  const at = { type: 'location', latitude: 52.5, longitude: 1e-7 }
  expect(units([shop], { maxText: 99 })).toEqual([[{ type: 'text', text: map }]])
  expect(units([shop], { location: true, venue: true })).toEqual([[shop]])
  expect(units([shop], { location: true })).toEqual([[{ type: 'text', text: 'Shop\nMain Street 1' }], [at]])
  expect(units([{ ...shop, address: undefined }], { location: true, venue: true })).toEqual([
    [{ type: 'text', text: 'Shop' }],
    [at],
  ])
})

test('a contact goes as lines, or as a card with what is not on it beside it', () => {
  const ann: Part = { type: 'contact', name: 'Ann', phone: '+15005550006', email: 'ann@example.com' }
  expect(units([ann])).toEqual([[{ type: 'text', text: 'Ann\n+15005550006\nann@example.com' }]])
  expect(units([ann], { contact: true })).toEqual([
    [{ type: 'contact', name: 'Ann', phone: '+15005550006' }],
    [{ type: 'text', text: 'ann@example.com' }],
  ])
  expect(units([{ ...ann, phone: undefined }], { contact: true })).toEqual([[{ type: 'text', text: 'Ann\nann@example.com' }]])
})

describe('buttons', () => {
  const question = { type: 'buttons' as const, text: 'When?', buttons: [{ label: 'On  Friday' }, { label: '2 pm', value: 'x' }] }
  const site = { label: 'Site', url: 'https://shop.example' }

  test('go as numbered lines where the channel has none or too few', () => {
    expect(units([question])).toEqual([[{ type: 'text', text: 'When?\n1. On Friday\n2. 2 pm' }]])
    expect(units([question], { buttons: 1 })).toHaveLength(1)
    expect(units([question], { buttons: 2 })).toEqual([[question]])
    expect(units([{ ...question, buttons: [site] }])).toEqual([[{ type: 'text', text: 'When?\n1. Site: https://shop.example' }]])
  })

  test('stand under the end of a long question, and never under nothing', () => {
    expect(units([{ ...question, text: 'one two three' }], { buttons: 2, maxText: 8 })).toEqual([
      [{ type: 'text', text: 'one two' }],
      [{ ...question, text: 'three' }],
    ])
    expect(units([{ ...question, text: ' ' }], { buttons: 2 })).toEqual([[{ type: 'text', text: '1. On Friday\n2. 2 pm' }]])
    expect(units([{ ...question, buttons: [] }], { buttons: 2 })).toEqual([[{ type: 'text', text: 'When?' }]])
  })

  test('are understood by number, label or line', () => {
    const label = (text: string) => understand(text, question.buttons)?.label
    for (const said of ['1', ' 1. ', '1)', '#1', '１', '1️⃣', '①', 'on friday', 'On  Friday', '1. On Friday'])
      expect([said, label(said)]).toEqual([said, 'On  Friday'])
    for (const said of ['2', '2 PM']) expect([said, label(said)]).toEqual([said, '2 pm'])
    for (const said of ['', '0', '3', '12', '1 2', '2 kilos', 'friday', '-1', '1.5'])
      expect([said, label(said)]).toEqual([said, undefined])
  })

  test('a label that is a number is meant before the number', () => {
    const buttons = [{ label: '2' }, { label: '1' }]
    expect(understand('1', buttons)).toBe(buttons[1])
    expect(meaningOf('1', { ...question, buttons })).toBeUndefined()
  })

  test('a meaning is told only where the words do not say it', () => {
    expect(meaningOf('1', question)).toBe('On Friday')
    expect(meaningOf('1. on friday', question)).toBeUndefined()
    expect(meaningOf('no', question)).toBeUndefined()
  })
})

test('one unit for all where the channel bundles', () => {
  expect(units([{ type: 'text', text: 'a' }, image()], { bundles: true, media: { image: { maxBytes: 5 * MB } } })).toHaveLength(1)
})
