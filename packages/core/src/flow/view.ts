/** Reading: a customer's card, the list of customers, deliveries. Exact: snapshot with the newer entries folded over it. */
import { raiseSeen, readSeen, type Seen } from '../agent/seen.ts'
import { nameOf, type State } from '../customer/state.ts'
import { explain } from '../delivery/explain.ts'
import type { Hub } from '../hub.ts'
import type { Place } from '../store/keys.ts'
import { decideWay, waysOf } from './policy.ts'
import { existing } from './reply.ts'

export type CustomerCard = {
  id: string
  /** The live log: the id by which this customer is known today. */
  log: string
  name: string
  status: 'open' | 'closed'
  assignee?: string
  tags: string[]
  fields: Record<string, string>
  externalIds: Record<string, string>
  current?: { identity: string; channel: string; at: string }
  identities: {
    key: string
    channel: string
    address: string
    connection?: string
    name?: string
    lastInAt?: string
    windowClosesAt?: string
    optedOut?: string
    blocked?: boolean
    unverified?: boolean
    proven?: string[]
  }[]
  lastAt?: string
  waitingSince?: string
  preview?: string
  unread: number
  suggestions: { customer: string; words: string }[]
  /** `held`: it would wait until its connection is back. */
  reply: { ok: boolean; held?: true; channel?: string; identity?: string; connection?: string; words: string }
}

export async function readCard(hub: Hub, workspace: string, id: string, agent?: string): Promise<CustomerCard> {
  const { at, state, seq } = await existing(hub, workspace, id)
  return cardOf(hub, at, id, state, seq, agent)
}

export async function cardOf(hub: Hub, at: Place, id: string, state: State, seq: number, agent?: string): Promise<CustomerCard> {
  const decision = await decideWay(hub, at.workspace, state, { parts: [], seq })
  const { chosen, held } = decision
  const best = chosen ?? held
  const words = explain(decision, hub.config.language, hub.now())
  const current = state.identities.find((identity) => identity.key === state.current?.identity)
  const { tags, fields, externalIds, status, suggestions } = state
  return {
    id,
    log: at.log,
    name: nameOf(state),
    status,
    tags,
    fields,
    externalIds,
    suggestions: suggestions.filter((one) => one.customer !== at.log),
    ...(state.assignee ? { assignee: state.assignee } : {}),
    ...(current && state.current ? { current: { ...state.current, channel: current.channel } } : {}),
    identities: await identitiesOf(hub, at.workspace, state),
    ...(state.lastAt ? { lastAt: state.lastAt } : {}),
    ...(state.waitingSince ? { waitingSince: state.waitingSince } : {}),
    ...(state.preview === undefined ? {} : { preview: state.preview }),
    unread: agent ? unreadOf(state, await readSeen(hub.store, at, agent)) : state.inbound,
    reply: best
      ? {
          ok: true,
          ...(held ? { held: true } : {}),
          channel: best.channel,
          identity: best.identity,
          connection: best.connection,
          words,
        }
      : { ok: false, words },
  }
}

async function identitiesOf(hub: Hub, workspace: string, state: State): Promise<CustomerCard['identities']> {
  const ways = await waysOf(hub, workspace)
  return state.identities.map((identity) => {
    const hours = ways.find((way) => way.kind === identity.channel)?.capabilities.window?.hours
    const closes =
      hours && identity.lastInAt ? new Date(Date.parse(identity.lastInAt) + hours * 3600_000).toISOString() : undefined
    return {
      key: identity.key,
      channel: identity.channel,
      address: identity.address,
      ...(identity.connection ? { connection: identity.connection } : {}),
      ...(identity.profile?.name ? { name: identity.profile.name } : {}),
      ...(identity.lastInAt ? { lastInAt: identity.lastInAt } : {}),
      ...(closes ? { windowClosesAt: closes } : {}),
      ...(identity.optedOut ? { optedOut: identity.optedOut.why } : {}),
      ...(identity.blocked ? { blocked: true } : {}),
      ...(identity.unverified ? { unverified: true } : {}),
      ...(identity.proven ? { proven: identity.proven } : {}),
    }
  })
}

const unreadOf = (state: State, seen: Seen): number =>
  state.identities.reduce((sum, { key, inbound = 0 }) => sum + Math.max(0, inbound - (seen[key] ?? 0)), 0)

/** All that came so far counts as seen by this agent. */
export async function markRead(hub: Hub, workspace: string, id: string, agent: string): Promise<void> {
  const { at, state } = await existing(hub, workspace, id)
  await raiseSeen(hub.store, at, agent, Object.fromEntries(state.identities.map(({ key, inbound = 0 }) => [key, inbound])))
}
