/** What lowering promises of every message and every channel. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { numberedLines, understand } from '../src/delivery/lower/buttons.ts'
import { type Can, lower } from '../src/delivery/lower.ts'
import type { Mark, MediaPart, Part } from '../src/message.ts'

const MB = 1024 * 1024
const link = ({ media }: MediaPart) => `https://hub.example/${media.blob ?? ''}`

/** Whatever a string can hold: halves of pairs, families of emoji, runs of spaces. */
const wild = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc.array(fc.integer({ min: 0xd7f0, max: 0xe010 }), { maxLength: 60 }).map((codes) => String.fromCharCode(...codes)),
  fc.array(fc.constantFrom('a', ' ', '\n', '👨‍👩‍👧‍👦', '🙂', 'é', '*', '_'), { maxLength: 80 }).map((some) => some.join('')),
)
const words = fc
  .array(fc.oneof(fc.constantFrom('дом', 'straße', '東京', 'x', '4711'), fc.stringMatching(/^[a-z]{1,8}$/)), { maxLength: 30 })
  .map((some) => some.join(' '))

const KINDS = ['bold', 'italic', 'underline', 'strike', 'code', 'pre', 'quote', 'spoiler', 'link'] as const
const anywhere = fc.oneof(fc.integer({ min: -5, max: 150 }), fc.constantFrom(Number.NaN, 1.5, Number.POSITIVE_INFINITY))
const mark: fc.Arbitrary<Mark> = fc.record(
  {
    kind: fc.constantFrom(...KINDS),
    start: anywhere,
    end: anywhere,
    url: fc.constantFrom('https://a.example', 'mailto:b@c.example'),
  },
  { requiredKeys: ['kind', 'start', 'end'] },
)
const marks = fc.option(fc.array(mark, { maxLength: 6 }), { nil: undefined })

function parts(text: fc.Arbitrary<string>): fc.Arbitrary<Part[]> {
  const maybe = fc.option(text, { nil: undefined })
  const media = fc.record({
    blob: fc.constantFrom('b', undefined),
    name: maybe,
    size: fc.constantFrom(undefined, 1, 6 * MB, Number.NaN),
    mime: fc.constantFrom(undefined, 'image/png', 'audio/ogg'),
  })
  const file = <K extends MediaPart['type']>(type: K) => fc.record({ type: fc.constant(type), media, caption: maybe, marks })
  const button = fc.record({ label: text, value: maybe, url: fc.constantFrom(undefined, 'https://a.example') })
  const one: fc.Arbitrary<Part> = fc.oneof(
    fc.record({ type: fc.constant('text' as const), text, marks }),
    file('image'),
    file('video'),
    file('audio'),
    file('file'),
    fc.record({
      type: fc.constant('location' as const),
      latitude: fc.double({ min: -90, max: 90 }),
      longitude: fc.double({ min: -180, max: 180 }),
      title: maybe,
      address: maybe,
    }),
    fc.record({ type: fc.constant('contact' as const), name: text, phone: maybe, email: maybe }),
    fc.record({ type: fc.constant('buttons' as const), text, buttons: fc.array(button, { maxLength: 4 }) }),
    fc.record({ type: fc.constant('other' as const), kind: fc.constant('poll'), text }),
  )
  return fc.array(one, { maxLength: 4 })
}

const SIGNS = { bold: '*', italic: '_', strike: '~', code: '`', pre: '```' }
const capabilities = (least: number): fc.Arbitrary<Can> => {
  const limit = fc.record(
    { maxBytes: fc.constantFrom(0, 5 * MB), mimes: fc.constant(['image/*']), caption: fc.constant(false as const) },
    { requiredKeys: ['maxBytes'] },
  )
  return fc.record({
    maxText: fc.integer({ min: least, max: least + 60 }),
    maxCaption: fc.constantFrom(0, least, least + 20),
    media: fc.record({ image: limit, video: limit, audio: limit, file: limit }, { requiredKeys: [] }),
    location: fc.boolean(),
    venue: fc.boolean(),
    contact: fc.boolean(),
    buttons: fc.constantFrom(0, 1, 3, 100),
    formatting: fc.oneof(fc.boolean(), fc.constant(SIGNS)),
    bundles: fc.boolean(),
  })
}

/** All that people get to read. */
const textsOf = (part: Part): string[] => {
  if ('media' in part) return [part.media.name ?? '', part.caption ?? '']
  switch (part.type) {
    case 'location':
      return [part.title ?? '', part.address ?? '']
    case 'contact':
      return [part.name, part.phone ?? '', part.email ?? '']
    case 'buttons':
      return [part.text, ...part.buttons.flatMap(({ label, url }) => [label, url ?? ''])]
    default:
      return 'text' in part ? [part.text ?? ''] : []
  }
}
const marksOf = (part: Part): Mark[] => ('marks' in part ? (part.marks ?? []) : [])
const markedText = (part: Part): string => (part.type === 'text' ? part.text : 'caption' in part ? (part.caption ?? '') : '')
const splitsPair = (text: string, at: number) => /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(Math.max(0, at - 1), at + 1))
const bare = (text: string) => text.replace(/[\s*_~`]/g, '')

describe('whatever comes and wherever it goes', () => {
  test('every text fits and is whole, every part can be carried, and the same comes out twice', () => {
    fc.assert(
      fc.property(parts(wild), capabilities(2), (some, can) => {
        const units = lower(some, can, link)
        expect(lower(structuredClone(some), can, link)).toEqual(units)
        if (!can.bundles) for (const unit of units) expect(unit.parts).toHaveLength(1)
        for (const part of units.flatMap((unit) => unit.parts)) {
          expect(part.type).not.toBe('other')
          if (part.type === 'text' || part.type === 'buttons') {
            expect(part.text.length).toBeLessThanOrEqual(can.maxText)
            expect(part.text.trim()).toBe(part.text)
            expect(part.text).not.toBe('')
          }
          if (part.type === 'buttons') expect(part.buttons.length).toBeLessThanOrEqual(can.buttons)
          if (part.type === 'contact') expect(can.contact).toBe(true)
          if (part.type === 'location') expect(can.location).toBe(true)
          if ('media' in part) {
            const limit = can.media[part.type]
            expect(limit).toBeDefined()
            expect(part.caption ?? '').not.toMatch(/^\s+$/)
            expect((part.caption ?? '').length).toBeLessThanOrEqual(limit?.caption === false ? 0 : can.maxCaption)
          }
          if (part.type === 'text' || 'media' in part) expect(markedText(part).isWellFormed()).toBe(true)
          const text = markedText(part)
          if (can.formatting !== true) expect(marksOf(part)).toEqual([])
          for (const { start, end } of marksOf(part)) {
            expect(Number.isInteger(start) && Number.isInteger(end)).toBe(true)
            expect([0 <= start, start < end, end <= text.length]).toEqual([true, true, true])
            expect([splitsPair(text, start), splitsPair(text, end)]).toEqual([false, false])
          }
        }
      }),
      { numRuns: 1500 },
    )
  })

  test('no word is lost, and none that a text can hold is cut', () => {
    fc.assert(
      fc.property(parts(words), capabilities(80), (some, can) => {
        const out = lower(some, can, link).flatMap((unit) => unit.parts.flatMap(textsOf))
        const said = some.flatMap(textsOf).flatMap((text) => text.match(/[\p{L}\p{N}]+/gu) ?? [])
        const got = new Map<string, number>()
        for (const word of out.flatMap((text) => text.match(/[\p{L}\p{N}]+/gu) ?? [])) got.set(word, (got.get(word) ?? 0) + 1)
        for (const word of said) {
          const left = got.get(word) ?? 0
          expect([word, left > 0]).toEqual([word, true])
          got.set(word, left - 1)
        }
      }),
      { numRuns: 1500 },
    )
  })

  test('not one character of a text is lost, nor is their order', () => {
    const text = fc.oneof(words, wild)
    fc.assert(
      fc.property(text, fc.array(mark, { maxLength: 6 }), capabilities(2), (text, given, can) => {
        const plain = given.filter(({ kind }) => kind !== 'link')
        const out = lower([{ type: 'text', text, marks: plain }], can, link).flatMap((unit) => unit.parts.map(markedText))
        expect(bare(out.join(''))).toBe(bare(text.toWellFormed()))
      }),
      { numRuns: 1500 },
    )
  })

  test('a mark goes on over every piece its words went to', () => {
    fc.assert(
      fc.property(words, fc.nat(100), fc.nat(100), fc.integer({ min: 4, max: 60 }), (text, a, b, maxText) => {
        const [start = 0, end = 0] = [Math.min(a, text.length), Math.min(b, text.length)].toSorted((x, y) => x - y)
        const can: Can = { ...PLAIN, formatting: true, maxText }
        const out = lower([{ type: 'text', text, marks: [{ kind: 'bold', start, end }] }], can, link).flatMap(
          (unit) => unit.parts,
        )
        const bold = out.flatMap((part) => marksOf(part).map((one) => markedText(part).slice(one.start, one.end)))
        expect(bare(bold.join(''))).toBe(bare(text.slice(start, end)))
      }),
      { numRuns: 500 },
    )
  })
})

const PLAIN: Can = {
  maxText: 500,
  maxCaption: 0,
  media: {},
  location: false,
  contact: false,
  buttons: 0,
  formatting: false,
  bundles: false,
}

test('every number and every label of numbered lines leads back to its button', () => {
  const label = fc.stringMatching(/^[a-z][a-z ]{0,9}$/)
  fc.assert(
    fc.property(
      fc.uniqueArray(label, { minLength: 1, maxLength: 12, selector: (one) => one.trim().replace(/ +/g, ' ') }),
      (labels) => {
        const question = { type: 'buttons' as const, text: 'Which?', buttons: labels.map((one) => ({ label: one })) }
        const lines = numberedLines(question).split('\n').slice(1)
        for (const [index, button] of question.buttons.entries()) {
          const line = lines[index] ?? ''
          for (const said of [String(index + 1), `${index + 1}.`, button.label.toUpperCase(), line])
            expect(understand(said, question.buttons)).toBe(button)
        }
        for (const said of ['0', String(labels.length + 1), 'none of them at all'])
          expect(understand(said, question.buttons)).toBeUndefined()
      },
    ),
    { numRuns: 300 },
  )
})
