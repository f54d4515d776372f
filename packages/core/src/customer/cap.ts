/**
 * A state stays small whatever is told (DESIGN 1.2): it is written with every snapshot and carried whole by `joined`. What is over a limit goes,
 * the oldest first; the entries keep it all. The doors refuse such amounts with words, so only floods and merges of giants come here.
 */
import type { IdentityState, State } from './state.ts'

export const MOST = { tags: 50, fields: 50, externalIds: 20, identities: 40, field: 500, name: 200, thread: 2048 } as const

const cut = (text: string, most: number) => (text.length <= most ? text : text.slice(0, most).toWellFormed())

function lastOf(record: Record<string, string>, most: number): Record<string, string> {
  const all = Object.entries(record)
  const fits = all.length <= most && all.every(([name, value]) => name.length <= MOST.name && value.length <= MOST.field)
  if (fits) return record
  return Object.fromEntries(all.slice(-most).map(([name, value]) => [cut(name, MOST.name), cut(value, MOST.field)]))
}

/** Those heard of last stay, and the current one; their order stays as it was. */
function latest(identities: IdentityState[], current: string | undefined): IdentityState[] {
  if (identities.length <= MOST.identities) return identities
  const rank = (identity: IdentityState) => (identity.key === current ? '~' : (identity.lastInAt ?? ''))
  const kept = new Set([...identities].sort((a, b) => (rank(a) < rank(b) ? 1 : -1)).slice(0, MOST.identities))
  return identities.filter((identity) => kept.has(identity))
}

function small(identity: IdentityState): IdentityState {
  const profile = Object.entries(identity.profile ?? {})
  const long = profile.some(([, value]) => typeof value === 'string' && value.length > MOST.name)
  const wide = identity.thread && JSON.stringify(identity.thread).length > MOST.thread
  if (!long && !wide) return identity
  const { thread, ...rest } = identity
  const told = Object.fromEntries(
    profile.map(([name, value]) => [name, typeof value === 'string' ? cut(value, MOST.name) : value]),
  )
  return { ...rest, ...(identity.profile ? { profile: told } : {}), ...(wide ? {} : { thread }) }
}

export function cap(state: State): State {
  const { tags, name, assignee } = state
  return {
    ...state,
    identities: latest(state.identities, state.current?.identity).map(small),
    tags:
      tags.length <= MOST.tags && tags.every((tag) => tag.length <= MOST.name)
        ? tags
        : tags.slice(-MOST.tags).map((tag) => cut(tag, MOST.name)),
    fields: lastOf(state.fields, MOST.fields),
    externalIds: lastOf(state.externalIds, MOST.externalIds),
    ...(name === undefined ? {} : { name: cut(name, MOST.name) }),
    ...(assignee === undefined ? {} : { assignee: cut(assignee, MOST.name) }),
  }
}
