/** A template as a part: in words for people, carried where the channel knows it, else what it says. */
import { describe, expect, test } from 'vitest'
import { type Can, lower } from '../src/delivery/lower.ts'
import { Part, plainPart } from '../src/message.ts'

const template = (fields: Partial<Extract<Part, { type: 'template' }>> = {}): Part => ({
  type: 'template',
  id: 'HX1',
  variables: { 1: 'Ann', day: 'Monday' },
  ...fields,
})
const can: Can = {
  maxText: 20,
  maxCaption: 0,
  media: {},
  location: false,
  contact: false,
  buttons: 0,
  formatting: false,
  bundles: false,
}
const units = (part: Part, more: Partial<Can> = {}) => lower([part], { ...can, ...more }, () => '').map((unit) => unit.parts)

describe('in words', () => {
  test.each([
    ['Hello {{1}}, see you {{ day }}!', 'Hello Ann, see you Monday!'],
    ['{{2}} stays where nothing is given', '{{2}} stays where nothing is given'],
    ['{{constructor}} is no variable', '{{constructor}} is no variable'],
    ['plain', 'plain'],
  ])('%s', (text, said) => expect(plainPart(template({ text }))).toBe(said))

  test('without a text: its id and what was put in', () => {
    expect(plainPart(template())).toBe('[template] HX1, Ann, Monday')
    expect(plainPart(template({ variables: {} }))).toBe('[template] HX1')
  })
})

test('carried whole where the channel knows templates, cut to fit where not', () => {
  const text = 'Hello {{1}}, we come on {{day}} in the morning.'
  expect(units(template({ text }), { templates: true })).toEqual([[template({ text })]])
  expect(units(template({ text })).flat()).toEqual([
    { type: 'text', text: 'Hello Ann, we come' },
    { type: 'text', text: 'on Monday in the' },
    { type: 'text', text: 'morning.' },
  ])
})

test('the schema takes strings alone', () => {
  expect(Part.safeParse(template()).success).toBe(true)
  for (const variables of [{ 1: 2 }, null, ['a']])
    expect(Part.safeParse({ type: 'template', id: 'HX1', variables }).success).toBe(false)
})
