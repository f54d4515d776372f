/** Buttons as a keyboard below the chat: one in each row. Nothing in it needs a newer Viber than the first (no min_api_version). */
import type { Part } from '../../message.ts'
import { cut } from './name.ts'

type Buttons = Extract<Part, { type: 'buttons' }>

/** Rows that a phone shows at once. */
export const MOST_BUTTONS = 12
const LONGEST = 250

export const keyboardOf = ({ buttons }: Buttons) => ({
  Type: 'keyboard',
  DefaultHeight: false,
  Buttons: buttons.map(({ label, url }) => ({ Columns: 6, Rows: 1, ...actionOf(label, url), Text: shown(label) })),
})

/** A press comes back as the customer's own message, and stands so in their chat: the label, not our value. */
const actionOf = (label: string, url: string | undefined) =>
  url === undefined
    ? { ActionType: 'reply', ActionBody: cut(label.toWellFormed(), LONGEST) }
    : { ActionType: 'open-url', ActionBody: url }

/** Viber reads tags in it. */
const shown = (label: string) => cut(label.toWellFormed().replace(/<(?=[a-z/!])/gi, '‹'), LONGEST)
