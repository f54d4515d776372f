/** What the person wrote is kept to the last word; what their client put below it goes where it is known. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { replies } from '@throughline/core/channels/email/fixtures/replies.ts'
import { cut } from '@throughline/core/channels/email/reply/cut.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

const words = (text: string) => text.split(/\s+/).filter(Boolean)

/** Every expected word in its order, whatever stands between. */
function holds(got: readonly string[], expected: readonly string[]): boolean {
  let next = 0
  for (const word of got) if (word === expected[next]) next++
  return next === expected.length
}

type Verdict = 'exact' | 'leftovers' | 'loss'
function verdictOf(mail: string, expected: string): Verdict {
  const [got, want] = [words(cut(mail).text), words(expected)]
  if (got.join(' ') === want.join(' ')) return 'exact'
  return holds(got, want) ? 'leftovers' : 'loss'
}

describe('client styles', () => {
  test.each(replies)('$name', ({ mail, own }) => {
    const { text, rest } = cut(mail)
    expect(words(text)).toEqual(words(own))
    expect(words(`${text}\n${rest}`)).toEqual(words(mail))
  })
})

describe('pairs of other projects (HUB_FIXTURES)', () => {
  const root = process.env.HUB_FIXTURES
  const folder = root ? join(root, 'reply') : ''
  const names = root ? readdirSync(folder).filter((name) => name.endsWith('.in.txt')) : []
  const verdicts = names.toSorted().map((name) => {
    const read = (file: string) => readFileSync(join(folder, file), 'utf8')
    const base = name.replace('.in.txt', '')
    return { base, verdict: verdictOf(read(name), read(`${base}.expected.txt`)) }
  })
  const count = (prefix: string, verdict: Verdict) =>
    verdicts.filter((one) => one.base.startsWith(prefix) && one.verdict === verdict).length

  test('none loses the person’s own words', () => {
    if (!root) return
    expect(names.length).toBeGreaterThan(0)
    for (const prefix of ['trimmer-', 'ru-synth-']) {
      const row = (['exact', 'leftovers', 'loss'] as const).map((verdict) => `${verdict} ${count(prefix, verdict)}`)
      console.log(`reply cutting: ${prefix}* ${row.join(', ')}`)
    }
    console.log(
      `not exact: ${verdicts
        .filter(({ verdict }) => verdict !== 'exact')
        .map(({ base }) => base)
        .join(', ')}`,
    )
    expect(verdicts.filter(({ verdict }) => verdict === 'loss')).toEqual([])
  })

  test('48 of the 64 trimmer-* and all ru-synth-* are exact at least', () => {
    if (!root) return
    expect(count('trimmer-', 'exact')).toBeGreaterThanOrEqual(48)
    expect(count('ru-synth-', 'exact')).toBe(names.filter((name) => name.startsWith('ru-synth-')).length)
  })
})

describe('whatever the person writes', () => {
  const QUOTES = replies.filter(({ own }) => own.startsWith('Да, подтверждаю.')).map(({ mail, own }) => mail.slice(own.length))
  /** Words of a letter; no line of it is itself a quote, a header or a signature. */
  const line = fc.array(
    fc.constantFrom(
      'да',
      'No',
      'курьер,',
      '5',
      'января',
      '2026',
      'at',
      '15:04',
      'спасибо!',
      'a@b.example',
      'wrote',
      '№7',
      '-',
      '?',
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  const letter = fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => lines.map((all) => all.join(' ')).join('\n'))

  test('above any client’s quote it stays whole', () => {
    fc.assert(
      fc.property(letter, fc.constantFrom(...QUOTES), (own, below) => {
        expect(words(cut(own + below).text)).toEqual(words(own))
      }),
    )
  })

  test('between and below quoted lines it stays whole', () => {
    const turn = fc.tuple(fc.array(fc.constantFrom('> why?', '>', '> > older', '>> 5 января'), { minLength: 1 }), letter)
    fc.assert(
      fc.property(fc.array(turn, { minLength: 1, maxLength: 5 }), fc.constantFrom(...QUOTES), (turns, head) => {
        const own = turns.map(([, said]) => said)
        const attribution = head.split('\n').find((text) => /^(?:On|пн|05|5 янв)/.test(text)) ?? ''
        const mail = [attribution, ...turns.flatMap(([quote, said]) => [...quote, said])].join('\n')
        expect(holds(words(cut(mail).text), words(own.join('\n')))).toBe(true)
      }),
    )
  })

  test('text and rest are the whole, for any lines in any order', () => {
    const lines = replies.flatMap(({ mail }) => mail.split('\n'))
    const strange = fc.string({ unit: 'binary', maxLength: 60 })
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.constantFrom(...lines), strange), { maxLength: 60 }), (all) => {
        const mail = all.join('\n')
        const { text, rest } = cut(mail)
        expect(words(`${text}\n${rest}`)).toEqual(words(mail))
        expect(words(text).length > 0 || words(mail).length === 0).toBe(true)
      }),
    )
  })
})

describe('mails made to hurt', () => {
  const big = 300_000
  test.each([
    ['one endless line', 'a'.repeat(big)],
    ['address signs', '@'.repeat(big)],
    ['brackets', '<'.repeat(big)],
    ['spaces', `On ${' '.repeat(big)}wrote:`],
    ['colons', ':\n'.repeat(big / 2)],
    ['addresses without end', 'On 1/1/26 <a@b\n'.repeat(big / 20)],
    ['headers without end', 'From: a@b 1:00\n'.repeat(big / 20)],
    ['signatures without end', '--\na\n'.repeat(big / 5)],
    ['empty lines', '\n'.repeat(big)],
    ['blank characters', '\u00a0\u200b '.repeat(big / 3)],
    ['telephones', 'Sent from my iPhone\n\n'.repeat(big / 20)],
  ])('%s: all of it is kept', (_, mail) => {
    const { text, rest } = cut(mail)
    expect(words(`${text}\n${rest}`).join('')).toBe(words(mail).join(''))
  })

  test('a long quote below the limit is cut where it is one to its end, and left where it is not', () => {
    const quote = `пн, 5 янв. 2026 г. в 15:04, Магазин <shop@shop.example>:\n${'> слово за словом\n'.repeat(20_000)}`
    expect(cut(`Да\n\n${quote}`).text).toBe('Да')
    expect(cut(`Да\n\n${quote}\nИ ещё вопрос`).text.endsWith('И ещё вопрос')).toBe(true)
  })
})
