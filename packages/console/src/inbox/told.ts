/** A timeline as it is shown: what later entries say of earlier ones (edits, reactions, fetched media) is found first. */
import type { Entry, MessageEntry } from '@throughline/core/entry.ts'
import type { Part } from '@throughline/core/message.ts'
import type { Page } from '../page.ts'
import { dayKey } from '../times.ts'

type Of<K extends Entry['kind']> = Extract<Entry, { kind: K }>
export type MediaFact = Of<'media'>['data']

export type Told = {
  /** By entry id: what the message says since it was changed last. */
  edits: Map<string, Part[]>
  deleted: Set<string>
  reactions: Map<string, string[]>
  /** By `<entry id>/<part>`. */
  media: Map<string, MediaFact>
  /** Entries told at another one, so without a line of their own. */
  told: Set<string>
}

const place = (entry: Pick<Entry, 'connection'>, id: string) => `${entry.connection ?? ''}/${id}`

export function tell(entries: readonly Entry[]): Told {
  const byProvider = new Map<string, string>()
  const found: Told = { edits: new Map(), deleted: new Set(), reactions: new Map(), media: new Map(), told: new Set() }
  for (const entry of entries) {
    if (entry.kind === 'message' && entry.provider) byProvider.set(place(entry, entry.provider.id), entry.id)
    if (entry.kind === 'media') {
      found.media.set(`${entry.data.entry}/${entry.data.part}`, entry.data)
      found.told.add(entry.id)
    }
    if (entry.kind !== 'edit' && entry.kind !== 'delete' && entry.kind !== 'reaction') continue
    const target = byProvider.get(place(entry, entry.data.target))
    if (target === undefined) continue
    found.told.add(entry.id)
    if (entry.kind === 'edit') found.edits.set(target, entry.parts)
    else if (entry.kind === 'delete') found.deleted.add(target)
    else found.reactions.set(target, entry.data.emoji ? [...(found.reactions.get(target) ?? []), entry.data.emoji] : [])
  }
  return found
}

export type Item = { day: string; at: string } | { entry: Entry }

/** Facts of the machinery, not of the conversation. */
const HIDDEN: ReadonlySet<Entry['kind']> = new Set(['seal', 'joining', 'media'])

/** When it was said: a customer's message by the provider's time, which is what they remember. */
export const saidAt = (entry: Entry): string => entry.provider?.at ?? entry.at

export function itemsOf(page: Page, entries: readonly Entry[], told: Told): Item[] {
  let day = ''
  return entries
    .filter((entry) => !HIDDEN.has(entry.kind) && !told.told.has(entry.id))
    .flatMap((entry): Item[] => {
      const today = dayKey(page, entry.at)
      if (today === day) return [{ entry }]
      day = today
      return [{ day, at: entry.at }, { entry }]
    })
}

export const isMessage = (entry: Entry): entry is MessageEntry => entry.kind === 'message'
