/**
 * A short answer to buttons that went out as numbered lines. The entry stays as it was written; which button it means is decided once and
 * kept with its routing, for rules, tools and the inbox.
 */
import type { State } from '../customer/state.ts'
import { isNumbered, meaningOf } from '../delivery/lower/buttons.ts'
import { Delivery } from '../delivery/record.ts'
import { type Entry, isIncoming, isOutgoing, type MessageEntry } from '../entry.ts'
import type { Hub } from '../hub.ts'
import { Routing } from '../routing/decide.ts'
import { keys, type Place } from '../store/keys.ts'
import { fromItem } from '../stream/log.ts'

/** Longer ones are no answer by number. */
const MOST_TEXT = 100

/** Two items are read, and only when the last thing we said was a question with buttons. */
export async function understood(hub: Hub, at: Place, entry: MessageEntry, { asked }: State): Promise<string | undefined> {
  const [part, ...more] = entry.parts
  if (!asked || part?.type !== 'text' || more.length > 0 || part.text.length > MOST_TEXT) return undefined
  const there = { ...at, log: asked.log }
  const [item, sent] = await hub.store.getMany([keys.entry(there, asked.seq), keys.delivery(there, asked.seq, 0)])
  const question = item && fromItem(item)
  const delivery = Delivery.safeParse(sent ?? {})
  const can = hub.channels[entry.channel ?? '']?.capabilities
  // On another channel they answer something else, and where they saw real buttons a number is only a number.
  if (!question || !isOutgoing(question) || !delivery.success || delivery.data.identity !== entry.identity || !can)
    return undefined
  const buttons = question.parts.findLast((one) => one.type === 'buttons' && isNumbered(one, can))
  return buttons?.type === 'buttons' ? meaningOf(part.text, buttons) : undefined
}

/** Does a routing stand beside it? */
export const isRouted = (entry: Entry): entry is MessageEntry => isIncoming(entry) && !entry.data?.automatic

/** As many items as one read takes. */
const BATCH = 25

/** By entry id: what the short answers among these mean. Read for those alone that follow a question with buttons. */
export async function readMeanings(hub: Hub, workspace: string, entries: readonly Entry[]): Promise<Record<string, string>> {
  const answers: MessageEntry[] = []
  let asked = false
  for (const entry of entries) {
    if (isOutgoing(entry)) asked = entry.parts.some(({ type }) => type === 'buttons')
    else if (asked && isRouted(entry)) answers.push(entry)
  }
  const meanings: Record<string, string> = {}
  for (let from = 0; from < answers.length; from += BATCH) {
    const batch = answers.slice(from, from + BATCH)
    const items = await hub.store.getMany(batch.map(({ log, seq }) => keys.routed({ workspace, log }, seq)))
    for (const [index, { id }] of batch.entries()) {
      const routing = Routing.safeParse(items[index]?.routing)
      if (routing.success && routing.data.meaning) meanings[id] = routing.data.meaning
    }
  }
  return meanings
}
