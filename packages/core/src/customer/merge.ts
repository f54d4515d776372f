/** Two states become one, or a part of one goes its own way. Pure. */
import type { IdentityState, State } from './state.ts'

const newest = (a: string | undefined, b: string | undefined) => (a !== undefined && (b === undefined || a > b) ? a : b)
const oldest = (a: string | undefined, b: string | undefined) => (a !== undefined && (b === undefined || a < b) ? a : b)

/** `state` is the live log's, `other` that of the log sealed into it (`from`), whose numbers mean nothing here. */
export function mergeStates(state: State, other: State, from: string): State {
  const identities: IdentityState[] = [...state.identities]
  for (const theirs of other.identities) {
    const index = identities.findIndex((identity) => identity.key === theirs.key)
    const ours = identities[index]
    if (!ours) identities.push(theirs)
    else identities[index] = (theirs.lastInAt ?? '') > (ours.lastInAt ?? '') ? { ...ours, ...theirs } : { ...theirs, ...ours }
  }
  const otherIsNewer = (other.current?.at ?? '') > (state.current?.at ?? '')
  return {
    ...other,
    ...state,
    identities,
    name: state.name ?? other.name,
    current: otherIsNewer ? other.current : (state.current ?? other.current),
    wish: state.wish ?? other.wish,
    tags: [...new Set([...state.tags, ...other.tags])],
    fields: { ...other.fields, ...state.fields },
    externalIds: { ...other.externalIds, ...state.externalIds },
    status: state.status === 'open' || other.status === 'open' ? 'open' : 'closed',
    assignee: state.assignee ?? other.assignee,
    inbound: state.inbound + other.inbound,
    lastAt: newest(state.lastAt, other.lastAt),
    waitingSince: oldest(state.waitingSince, other.waitingSince),
    preview: otherIsNewer ? other.preview : (state.preview ?? other.preview),
    asked: state.asked ?? other.asked,
    suggestions: [...state.suggestions, ...other.suggestions].filter((one) => one.customer !== from),
    todo: state.todo,
  }
}

/** The part of a state that goes with some of its identities. What agents said of the whole customer (tags, fields, a name) goes with both. */
export function partOf(state: State, keep: (identity: IdentityState) => boolean): State {
  const identities = state.identities.filter(keep)
  const stays = identities.some((identity) => identity.key === state.current?.identity)
  const latest = [...identities].sort((a, b) => (b.lastInAt ?? '').localeCompare(a.lastInAt ?? ''))[0]
  const current = stays ? state.current : latest?.lastInAt ? { identity: latest.key, at: latest.lastInAt } : undefined
  const theirs = state.identities.some((identity) => !keep(identity) && identity.profile?.name === state.name)
  return {
    ...state,
    identities,
    current,
    name: theirs ? latest?.profile?.name : state.name,
    // The last words may be anybody's where the current identity went the other way.
    preview: stays ? state.preview : undefined,
    inbound: identities.reduce((sum, identity) => sum + (identity.inbound ?? 0), 0),
    waitingSince: identities.map((identity) => identity.waitingSince).reduce(oldest, undefined),
  }
}
