/** What the index of lists shows of a customer: enough to filter, search and sort without reading the customer. Written with the snapshot. */
import * as z from 'zod/mini'
import { nameOf, proofsOf, type State } from './state.ts'

export const Row = z.object({
  lastAt: z.string(),
  channels: z.array(z.string()),
  tags: z.array(z.string()),
  assignee: z.optional(z.string()),
  /** Lower-case: what a search looks in. */
  text: z.string(),
})
export type Row = z.infer<typeof Row>

/** A row is written with every message: a long one would cost more than it finds. */
const SEARCHED = 800

export function rowOf(state: State): Row {
  const names = state.identities.flatMap(({ address, profile }) => [address, profile?.name, profile?.username])
  const text = [nameOf(state), state.preview, ...names, ...proofsOf(state), ...Object.values(state.externalIds)]
  return {
    lastAt: state.lastAt ?? '',
    channels: [...new Set(state.identities.map(({ channel }) => channel))],
    tags: state.tags,
    ...(state.assignee ? { assignee: state.assignee } : {}),
    text: [...new Set(text.filter(Boolean))].join('\n').toLocaleLowerCase().slice(0, SEARCHED).toWellFormed(),
  }
}

export type Wanted = {
  tag?: string | undefined
  assignee?: string | undefined
  channel?: string | undefined
  q?: string | undefined
}

export const fits = (row: Row, { tag, assignee, channel, q }: Wanted): boolean =>
  (!tag || row.tags.includes(tag)) &&
  (!assignee || row.assignee === assignee) &&
  (!channel || row.channels.includes(channel)) &&
  (!q || row.text.includes(q.toLocaleLowerCase()))
