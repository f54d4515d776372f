import type { Entry, Profile } from '../entry.ts'
import { readIdentityKey } from '../identity.ts'
import type { IdentityState, State } from './state.ts'

/** Threads (subjects, references) are the largest thing a state holds: kept for the identities heard of last. */
const THREADS = 3

/** What an entry tells of the identity it came from. */
export function heard(entry: Entry, data: { address?: string; profile?: Profile }): IdentityState {
  const key = entry.identity ?? ''
  const channel = entry.channel ?? readIdentityKey(key).channel
  const { phone, email, id } = data.profile ?? {}
  const proven = [
    ...(phone ? [`phone:${phone}`] : []),
    ...(email ? [`email:${email}`] : []),
    ...(id ? [`id:${channel}:${id}`] : []),
  ]
  return {
    key,
    channel,
    address: data.address ?? readIdentityKey(key).address,
    ...(entry.connection ? { connection: entry.connection } : {}),
    ...(data.profile ? { profile: data.profile } : {}),
    proven,
  }
}

export const listed = (identity: { key: string; channel: string; address: string; connection?: string }): IdentityState => ({
  ...identity,
})

/** Adds what is new about an identity; what was proven stays proven. An undefined field is cleared. */
export function putIdentity(state: State, update: IdentityState): State {
  if (!update.key) return state
  const before = state.identities.find((identity) => identity.key === update.key)
  const proven = [...new Set([...(before?.proven ?? []), ...(update.proven ?? [])])]
  const after: IdentityState = {
    ...before,
    ...update,
    ...(before?.profile || update.profile ? { profile: { ...before?.profile, ...update.profile } } : {}),
    ...(proven.length > 0 ? { proven } : {}),
  }
  if (proven.length === 0) delete after.proven
  const others = state.identities.filter((identity) => identity.key !== update.key)
  const identities = before
    ? state.identities.map((identity) => (identity.key === update.key ? after : identity))
    : [...others, after]
  const name = state.name ?? update.profile?.name
  return { ...state, identities: forgetThreads(identities, update.key), ...(name ? { name } : {}) }
}

function forgetThreads(identities: IdentityState[], keep: string): IdentityState[] {
  const threaded = identities.filter((identity) => identity.thread)
  if (threaded.length <= THREADS) return identities
  const oldest = threaded
    .filter((identity) => identity.key !== keep)
    .sort((a, b) => (a.lastInAt ?? '').localeCompare(b.lastInAt ?? ''))[0]
  return identities.map((identity) => (identity === oldest ? { ...identity, thread: undefined } : identity))
}

/** Entries at which another log's entries stand: every subscriber stops there and drains that log first. */
export const standing = (entry: Entry): entry is Extract<Entry, { kind: 'joined' | 'opened' }> =>
  entry.kind === 'joined' || entry.kind === 'opened'
