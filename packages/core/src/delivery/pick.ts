/**
 * `pick(policy, state, now) -> decision`: on which identity and connection a reply goes out. Pure and total: the same inputs give the
 * same bytes, so a decision can be explained and re-run. It never asks which channel it is; capabilities are data.
 */
import type { Capabilities } from '../channel.ts'
import type { ConnectionStatus } from '../connector.ts'
import type { PartType } from '../message.ts'
import type { Candidate, Chosen, Decision, Held, Refusal, Refused } from './decision.ts'

/** What of a state matters here. */
export type Reachable = {
  identities: readonly {
    key: string
    channel: string
    address: string
    connection?: string | undefined
    lastInAt?: string | undefined
    optedOut?: { at: string; why: string } | undefined
    blocked?: { at: string; why: string } | undefined
    profile?: { unanswerable?: true | undefined } | undefined
  }[]
  current?: { identity: string; at: string } | undefined
  wish?: string | undefined
}

export type Way = {
  connection: string
  kind: string
  title: string
  status: ConnectionStatus
  /** The part of an identity's key that says for which account it is valid. */
  account: string
  capabilities: Pick<Capabilities, 'window' | 'writeFirst' | 'scope' | 'media' | 'location' | 'contact' | 'templates'>
}

export type Policy = {
  /** Connections of the workspace, deleted ones included: they explain. */
  ways: readonly Way[]
  /** Channel kinds by preference. */
  order: readonly string[]
  /** A channel kind, a connection or an identity that the agent named. */
  via?: string | undefined
  /** What the reply is made of. */
  needs: readonly PartType[]
  /** It holds a template that has no words beside its id: only a channel with templates can say it. */
  wordless?: boolean
  /** Identities on which this reply failed already for good. */
  failed: readonly string[]
  version: string
  seq: number
}

/** A window counts as closed this long before it is: our clock and the provider's are not one. */
const MARGIN_MS = 10 * 60 * 1000

type Identity = Reachable['identities'][number]

export function pick(policy: Policy, state: Reachable, now: number): Decision {
  const ranked = rank(policy, state)
  const refused: Refused[] = []
  let best: Chosen | Held | undefined
  for (const { identity, reason } of ranked) {
    const way = wayOf(policy, identity)
    const candidate = describe(identity, way)
    const no = refusal(policy, identity, way, candidate, now)
    const asked = !policy.via || reason === 'via'
    if (no || !way) refused.push({ ...candidate, ...(no ?? { why: 'disconnected' }) })
    else if (!best && asked) best = { ...candidate, connection: way.connection, reason, ...heldBy(way) }
    else if (heldBy(way)) refused.push({ ...candidate, why: 'disconnected', detail: way.status })
    else refused.push({ ...candidate, why: best ? 'behind' : 'notAsked' })
  }
  const { seq, version } = policy
  return { at: new Date(now).toISOString(), seq, version, ...outcome(best), refused }
}

const outcome = (best: Chosen | Held | undefined) => best && ('status' in best ? { held: best } : { chosen: best })

/** What comes back by itself or by an administrator's hand is waited for; another way would be a silent change of channel. */
const heldBy = ({ status }: Way): Pick<Held, 'status'> | undefined =>
  status === 'broken' || status === 'paused' ? { status } : undefined

/** Best first: the agent's word, where they last wrote from, their wish, the configured order, the most recent. */
function rank(policy: Policy, state: Reachable): { identity: Identity; reason: Chosen['reason'] }[] {
  const reasonOf = (identity: Identity): Chosen['reason'] => {
    const named = [identity.key, identity.channel, identity.connection].includes(policy.via) || namedWay(policy, identity)
    if (policy.via && named) return 'via'
    if (state.current?.identity === identity.key) return 'current'
    if (state.wish && [identity.key, identity.channel].includes(state.wish)) return 'wish'
    return policy.order.includes(identity.channel) ? 'order' : 'recent'
  }
  const reasons: Chosen['reason'][] = ['via', 'current', 'wish', 'order', 'recent']
  const place = (reason: Chosen['reason'], identity: Identity) =>
    reason === 'order' ? policy.order.indexOf(identity.channel) : 0
  return state.identities
    .map((identity, index) => ({ identity, reason: reasonOf(identity), index }))
    .sort(
      (a, b) =>
        reasons.indexOf(a.reason) - reasons.indexOf(b.reason) ||
        place(a.reason, a.identity) - place(b.reason, b.identity) ||
        (b.identity.lastInAt ?? '').localeCompare(a.identity.lastInAt ?? '') ||
        a.index - b.index,
    )
}

/** A reply of templates alone may go out where free words may not: after the window, and first. */
const lifted = ({ needs }: Policy, { window, templates }: Way['capabilities']): boolean =>
  templates === true && window?.lift === 'template' && needs.length > 0 && needs.every((type) => type === 'template')

/** The connection that the agent named, else the one it was last heard on; if that is gone, another live one that can reach the same address. */
function wayOf(policy: Policy, identity: Identity): Way | undefined {
  const named = namedWay(policy, identity)
  const wanted = named ?? ownWay(policy, identity)
  if (wanted?.status === 'live') return wanted
  const others = policy.ways.filter((way) => way.status === 'live' && reaches(policy, way, identity))
  return others.find((way) => !named || way.account === named.account) ?? wanted
}

const ownWay = (policy: Policy, identity: Identity) => policy.ways.find((way) => way.connection === identity.connection)
const namedWay = (policy: Policy, identity: Identity) =>
  policy.ways.find((way) => way.connection === policy.via && reaches(policy, way, identity))

/** A connection of the same channel for which the address is valid. One that may not write first must be the account that was written to. */
function reaches(policy: Policy, way: Way, identity: Identity): boolean {
  const { scope, writeFirst } = way.capabilities
  if (way.kind !== identity.channel) return false
  if (scope !== 'global' && !identity.key.startsWith(`${way.kind}:${encodeURIComponent(way.account)}:`)) return false
  if (writeFirst || !identity.connection || lifted(policy, way.capabilities)) return true
  return way.account === ownWay(policy, identity)?.account
}

function describe(identity: Identity, way: Way | undefined): Candidate {
  const hours = way?.capabilities.window?.hours
  const until = hours && identity.lastInAt ? Date.parse(identity.lastInAt) + hours * 3600_000 : Number.NaN
  const closes = Number.isNaN(until) ? undefined : new Date(until).toISOString()
  return {
    identity: identity.key,
    channel: identity.channel,
    title: way?.title ?? identity.channel,
    address: identity.address,
    ...(way ? { connection: way.connection } : {}),
    ...(identity.lastInAt ? { lastInAt: identity.lastInAt } : {}),
    ...(closes ? { windowClosesAt: closes } : {}),
  }
}

type No = { why: Refusal; detail?: string }
function refusal(policy: Policy, identity: Identity, way: Way | undefined, candidate: Candidate, now: number): No | undefined {
  if (way?.status !== 'live' && !(way && heldBy(way))) return { why: 'disconnected', ...(way ? { detail: way.status } : {}) }
  if (identity.blocked) return { why: 'blocked', detail: identity.blocked.at }
  if (identity.optedOut) return { why: 'optedOut', detail: identity.optedOut.why }
  if (identity.profile?.unanswerable) return { why: 'unanswerable' }
  if (policy.failed.includes(identity.key)) return { why: 'failed' }
  if (policy.wordless && !way.capabilities.templates) return { why: 'cannotCarry' }
  if (lifted(policy, way.capabilities)) return undefined
  if (!identity.lastInAt && !way.capabilities.writeFirst) return { why: 'cannotWriteFirst' }
  if (way.capabilities.window && !(candidate.windowClosesAt && Date.parse(candidate.windowClosesAt) - MARGIN_MS > now)) {
    return { why: 'windowClosed', ...(candidate.windowClosesAt ? { detail: candidate.windowClosesAt } : {}) }
  }
  return undefined
}
