/** One entry without what it said: its number, kind and time stay, so that the log keeps its order. */
import { fold } from '../customer/fold.ts'
import { partOf } from '../customer/merge.ts'
import { emptyState, type State, upgrade } from '../customer/state.ts'
import type { Entry } from '../entry.ts'
import type { Mine } from '../stream/past.ts'
import { plainState } from './streams.ts'

/** Channel, connection and author tell of us, not of the customer: who was busy, and where. */
function keptOf({ id, log, seq, at, channel, connection, author }: Entry) {
  const ours = { ...(channel ? { channel } : {}), ...(connection ? { connection } : {}), ...(author ? { author } : {}) }
  return { id, log, seq, at, ...ours, erased: true as const }
}

/** Undefined: it holds nothing of a customer, or is erased already. */
export function emptied(entry: Entry): Entry | undefined {
  if (entry.erased) return undefined
  const kept = keptOf(entry)
  switch (entry.kind) {
    case 'message':
      return { ...kept, kind: entry.kind, direction: entry.direction, parts: [] }
    case 'edit':
      return { ...kept, kind: entry.kind, parts: [], data: { target: '' } }
    case 'delete':
      return { ...kept, kind: entry.kind, data: { target: '' } }
    case 'reaction':
      return { ...kept, kind: entry.kind, data: { target: '', emoji: '' } }
    case 'start':
    case 'optIn':
    case 'set':
      return { ...kept, kind: entry.kind, data: {} }
    case 'optOut':
      return { ...kept, kind: entry.kind, data: { why: entry.data.why } }
    case 'proof':
      return { ...kept, kind: entry.kind, data: { of: entry.data.of, value: '' } }
    case 'failure':
      return { ...kept, kind: entry.kind, data: { ...entry.data, words: '' } }
    case 'media':
      return { ...kept, kind: entry.kind, data: { entry: entry.data.entry, part: entry.data.part } }
    case 'note':
      return { ...kept, kind: entry.kind, data: { text: '' } }
    case 'identity':
      return { ...kept, kind: entry.kind, data: { identities: [] } }
    case 'activity':
      return { ...kept, kind: entry.kind, data: { type: '', title: '' } }
    case 'suggestion':
      return { ...kept, kind: entry.kind, data: { customer: '', words: '' } }
    case 'joined':
    case 'opened':
      return { ...kept, kind: entry.kind, data: { from: entry.data.from, state: {} } }
    // Both lead from log to log; that is what the protocol lives by.
    case 'seal':
    case 'joining':
      return undefined
  }
}

/** What is left of an entry that tells of several people, some of whom stay. Undefined: nothing of it goes. */
export function without(entry: Entry, mine: Mine): Entry | undefined {
  switch (entry.kind) {
    case 'identity': {
      const identities = entry.data.identities.filter(({ key }) => !mine(key))
      return identities.length < entry.data.identities.length ? { ...entry, data: { identities } } : undefined
    }
    case 'joined':
    case 'opened': {
      const state = upgrade(entry.data.state)
      if (!state.identities.some(({ key }) => mine(key))) return undefined
      return { ...entry, data: { ...entry.data, state: plainState(partOf(state, ({ key }) => !mine(key))) } }
    }
    default:
      return undefined
  }
}

/** What one entry alone adds up to: its identities with all that they proved. */
export const stateFrom = (entry: Entry): State => fold(emptyState(), entry)
