/** `fold(state, entry) -> state`: the one place where facts become state. Pure and total; it never asks which channel it is. */
import { type Entry, isIncoming, type MessageEntry } from '../entry.ts'
import { isMedia, plain } from '../message.ts'
import { cap } from './cap.ts'
import { heard, listed, putIdentity, standing } from './identities.ts'
import { mergeStates } from './merge.ts'
import { emptyState, type IdentityState, type State, type Todo, upgrade } from './state.ts'

/** A message that the provider had for longer than this before we got it does not make its channel current (DESIGN 7). */
const BACKLOG_MS = 3 * 3600 * 1000
const PREVIEW = 100
const TODO = 32
const SUGGESTIONS = 5

/** When they wrote: the provider's time, ours where there is none; never later than we knew of it. In one form, for these are compared. */
export const writtenAt = (entry: Entry): string => {
  const given = Date.parse(entry.provider?.at ?? '')
  return given < Date.parse(entry.at) ? new Date(given).toISOString() : entry.at
}

export function fold(state: State, entry: Entry): State {
  if (entry.erased) return state
  const next = cap(apply({ ...state, lastAt: later(state.lastAt, entry.at) }, entry))
  return {
    ...next,
    todo: { deliver: note(next.todo.deliver, entry, concernsDeliver), fetch: note(next.todo.fetch, entry, concernsFetch) },
  }
}

export const foldAll = (state: State, entries: readonly Entry[]): State => entries.reduce(fold, state)

function apply(state: State, entry: Entry): State {
  switch (entry.kind) {
    case 'message':
      return entry.direction === 'in'
        ? incoming(state, entry)
        : { ...answered(state), preview: cut(plain(entry.parts)), asked: asks(entry) }
    case 'start':
      return current(putIdentity(state, heard(entry, entry.data)), entry)
    case 'optOut': {
      const mark = { at: entry.at, why: entry.data.why }
      const change = entry.data.why === 'blocked' ? { blocked: mark } : { optedOut: mark }
      return putIdentity(state, { ...heard(entry, entry.data), ...change })
    }
    case 'optIn':
      return putIdentity(state, { ...heard(entry, entry.data), blocked: undefined, optedOut: undefined })
    case 'proof':
      return putIdentity(state, { ...heard(entry, entry.data), proven: [`${entry.data.of}:${entry.data.value}`] })
    case 'identity':
      return entry.data.identities.reduce<State>((sum, identity) => putIdentity(sum, listed(identity)), state)
    case 'set':
      return set(state, entry.data)
    case 'suggestion': {
      const others = state.suggestions.filter((one) => one.customer !== entry.data.customer)
      return { ...state, suggestions: [...others, entry.data].slice(-SUGGESTIONS) }
    }
    case 'joined':
      return mergeStates(state, upgrade(entry.data.state), entry.data.from)
    case 'opened':
      return { ...upgrade(entry.data.state), todo: emptyState().todo }
    default:
      return state
  }
}

function incoming(state: State, entry: MessageEntry): State {
  const data = entry.data ?? {}
  const at = writtenAt(entry)
  const before = state.identities.find((identity) => identity.key === entry.identity)
  const update: IdentityState = {
    ...heard(entry, data),
    ...(data.thread ? { thread: data.thread } : {}),
    ...(data.unverified ? { unverified: true } : {}),
  }
  const known = putIdentity(state, data.automatic ? update : { ...update, ...wrote(before, entry, at) })
  if (data.automatic) return known
  return current(
    {
      ...known,
      inbound: known.inbound + 1,
      status: 'open',
      waitingSince: known.waitingSince ?? entry.at,
      preview: cut(plain(entry.parts)),
    },
    entry,
  )
}

/** A word of theirs opens the window again and undoes a block or an unsubscription; a STOP needs its START. */
function wrote(before: IdentityState | undefined, entry: MessageEntry, at: string): Partial<IdentityState> {
  const stays = before?.optedOut?.why === 'stop' || before?.optedOut?.why === 'complaint'
  return {
    lastInAt: later(before?.lastInAt, at),
    inbound: (before?.inbound ?? 0) + 1,
    waitingSince: before?.waitingSince ?? entry.at,
    ...(entry.provider ? { lastInId: entry.provider.id } : {}),
    blocked: undefined,
    ...(stays ? {} : { optedOut: undefined }),
  }
}

/** The identity of the latest message is the current one; a backlog is not. Equal times: the later entry. */
function current(state: State, entry: Entry): State {
  const at = writtenAt(entry)
  if (!entry.identity || Date.parse(entry.at) - Date.parse(at) > BACKLOG_MS) return state
  if (state.current && state.current.at > at) return state
  return { ...state, current: { identity: entry.identity, at } }
}

const asks = ({ parts, log, seq }: MessageEntry) => (parts.some(({ type }) => type === 'buttons') ? { log, seq } : undefined)

/** Nobody waits any more, whichever identity they wrote from. */
const answered = (state: State): State => ({
  ...state,
  waitingSince: undefined,
  identities: state.identities.map((identity) => (identity.waitingSince ? { ...identity, waitingSince: undefined } : identity)),
})

type Change = Extract<Entry, { kind: 'set' }>['data']
function set(state: State, change: Change): State {
  const tags = new Set(state.tags)
  for (const tag of change.tags?.add ?? []) tags.add(tag)
  for (const tag of change.tags?.remove ?? []) tags.delete(tag)
  const fields = { ...state.fields }
  for (const [field, value] of Object.entries(change.fields ?? {})) {
    if (value === null) delete fields[field]
    else fields[field] = value
  }
  return {
    ...(change.status === 'closed' ? answered(state) : state),
    tags: [...tags],
    fields,
    externalIds: { ...state.externalIds, ...change.externalIds },
    ...(change.name === undefined ? {} : { name: change.name }),
    ...(change.status === undefined ? {} : { status: change.status }),
    ...(change.assignee === undefined ? {} : { assignee: change.assignee ?? undefined }),
    ...(change.wish === undefined ? {} : { wish: change.wish ?? undefined }),
  }
}

const concernsDeliver = (entry: Entry) => standing(entry) || (entry.kind === 'message' && entry.direction === 'out')
const concernsFetch = (entry: Entry) =>
  standing(entry) || (isIncoming(entry) && entry.parts.some((part) => isMedia(part) && !part.media.blob))

function note(todo: Todo, entry: Entry, concerns: (entry: Entry) => boolean): Todo {
  if (!concerns(entry)) return todo
  const seqs = [...todo.seqs, entry.seq]
  const dropped = seqs.length > TODO ? seqs.shift() : undefined
  return { from: dropped ?? todo.from, seqs }
}

/** Cuts at a border of characters: a lone half of a pair is no text. */
const cut = (text: string): string =>
  text.length <= PREVIEW
    ? text
    : `${text
        .slice(0, PREVIEW - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`
const later = (a: string | undefined, b: string): string => (a !== undefined && a > b ? a : b)
