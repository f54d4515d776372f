/** Buttons where a channel has none or too few: numbered lines, and the number understood when it comes back. */
import type { Capabilities } from '../../channel.ts'
import type { Part } from '../../message.ts'

export type ButtonsPart = Extract<Part, { type: 'buttons' }>
export type Button = ButtonsPart['buttons'][number]

/** Does the channel get numbered lines instead? It has to have words for its buttons to stand under. */
export const isNumbered = ({ text, buttons }: ButtonsPart, can: Pick<Capabilities, 'buttons'>): boolean =>
  buttons.length === 0 || buttons.length > can.buttons || text.trim() === ''

const oneLine = (label: string) => label.trim().replace(/\s+/g, ' ')
const numbered = ({ label, url }: Button, index: number) => `${index + 1}. ${oneLine(label)}${url ? `: ${url}` : ''}`

export const numberedLines = ({ text, buttons }: ButtonsPart): string => [text, ...buttons.map(numbered)].join('\n')

/** Letters alike, digits of all forms (full width, in a circle, on a key) as plain ones. */
const fold = (text: string) => oneLine(text.normalize('NFKC').replace(/[\uFE0E\uFE0F\u20E3]/g, '')).toLowerCase()

/** Which button the words mean: its label, else its number ("2", "2.", "#2"), else its line as we wrote it. */
export function understand(text: string, buttons: readonly Button[]): Button | undefined {
  const said = fold(text)
  const labelled = buttons.find(({ label }) => fold(label) === said)
  if (labelled) return labelled
  const [, number, rest] = /^#? ?(\d{1,3}) ?[.):]?(.*)$/.exec(said) ?? []
  const button = buttons[Number(number ?? 0) - 1]
  return button && ['', fold(button.label)].includes(rest?.trim() ?? '') ? button : undefined
}

/** What a short answer to the question means, where it does not say so itself. */
export function meaningOf(text: string, question: ButtonsPart): string | undefined {
  const label = understand(text, question.buttons)?.label
  return label !== undefined && !fold(text).includes(fold(label)) ? oneLine(label) : undefined
}
