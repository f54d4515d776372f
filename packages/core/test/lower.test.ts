/** A message as units that a channel can carry: nothing is lost, nothing is longer than it may be. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Can, lower, split } from '../src/delivery/lower.ts'
import type { MediaPart, Part } from '../src/message.ts'
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

test('formatting goes with its words, cut where they are cut', () => {
  const parts: Part[] = [{ type: 'text', text: 'aaaa bbbb cccc', marks: [{ kind: 'bold', start: 5, end: 14 }] }]
  expect(units(parts, { maxText: 9, formatting: true })).toEqual([
    [{ type: 'text', text: 'aaaa bbbb', marks: [{ kind: 'bold', start: 5, end: 9 }] }],
    [{ type: 'text', text: 'cccc', marks: [{ kind: 'bold', start: 0, end: 4 }] }],
  ])
  expect(units(parts)).toEqual([[{ type: 'text', text: 'aaaa bbbb cccc' }]])
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
    const linked = [{ type: 'text', text: 'Look\nhttps://hub.example/media/b' }]
    expect(units([image({}, 'Look')])).toEqual([linked])
    expect(units([image({ size: 6 * MB }, 'Look')], { media })).toEqual([linked])
    expect(
      units([image({ mime: 'image/tiff' }, 'Look')], { media: { image: { maxBytes: 5 * MB, mimes: ['image/jpeg'] } } }),
    ).toEqual([linked])
  })
})

test('what a channel has no form for goes in words', () => {
  const parts: Part[] = [
    { type: 'location', latitude: 52.5, longitude: 13.4, title: 'Shop' },
    { type: 'contact', name: 'Ann', phone: '+15005550006' },
    { type: 'buttons', text: 'Which?', buttons: [{ label: 'Tea' }, { label: 'Coffee' }] },
  ]
  const words = units(parts, { maxText: 1000 })
  expect(words.flat().every(({ type }) => type === 'text')).toBe(true)
  expect(plain(words.flat())).toContain('https://maps.google.com/?q=52.5,13.4')
  expect(plain(words.flat())).toMatch(/Ann, \+15005550006[\s\S]*1\. Tea\n2\. Coffee/)
  expect(units(parts, { location: true, contact: true, buttons: 2 }).flat()).toEqual(parts)
})

test('one unit for all where the channel bundles', () => {
  expect(units([{ type: 'text', text: 'a' }, image()], { bundles: true, media: { image: { maxBytes: 5 * MB } } })).toHaveLength(1)
})
