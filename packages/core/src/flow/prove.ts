/** Proven phones and e-mails make two identities one customer, in either order of arrival; contradicting proofs only suggest it (DESIGN 8). */
import { proofsOf, type State } from '../customer/state.ts'
import type { Entry } from '../entry.ts'
import type { Hub } from '../hub.ts'
import { claimProof, moveProof } from '../identity/record.ts'
import type { Poke } from '../queue/queue.ts'
import type { Place } from '../store/keys.ts'
import { append } from '../stream/append.ts'
import { merge } from '../stream/belong.ts'
import { claimId } from '../stream/claim.ts'
import { pokesFor } from './poke.ts'
import { liveState, streamsOf } from './streams.ts'

export async function prove(hub: Hub, at: Place, entry: Entry, before: State, after: State): Promise<Poke[]> {
  const known = new Set(proofsOf(before))
  const pokes: Poke[] = []
  for (const proof of proofsOf(after).filter((one) => !known.has(one))) pokes.push(...(await proveOne(hub, at, entry, proof)))
  return pokes
}

async function proveOne(hub: Hub, at: Place, entry: Entry, proof: string): Promise<Poke[]> {
  const border = proof.indexOf(':')
  const [of, value] = [proof.slice(0, border), proof.slice(border + 1)]
  const first = await claimProof(hub.store, at.workspace, of, value, at.log)
  if (first === at.log) return []
  const other = await liveState(hub, at.workspace, first)
  if (!other) {
    await moveProof(hub.store, at.workspace, of, value, first, at.log)
    return []
  }
  // Who proved it may have been taken out of this log since.
  const who = entry.identity ?? '*'
  const own = await liveState(hub, at.workspace, at.log, who)
  if (!own || own.at.log === other.at.log) return []
  const contradiction = contradicts(own.state, other.state)
  if (contradiction) return suggest(hub, own.at, entry, other.at.log, contradiction)
  const streams = streamsOf(hub, at.workspace)
  const joined = await merge(streams, { who, start: at.log }, { who: '*', start: first })
  return joined
    ? [
        { to: 'route', workspace: at.workspace, log: joined },
        { to: 'deliver', workspace: at.workspace, log: joined },
      ]
    : []
}

/** Two different proven values of one kind: these may be two people who once shared a phone. */
export function contradicts(a: State, b: State): string | undefined {
  const all = new Set([...proofsOf(a), ...proofsOf(b)])
  for (const of of ['phone', 'email']) {
    const values = [...all].filter((proof) => proof.startsWith(`${of}:`))
    if (values.length > 1) return of
  }
  return undefined
}

async function suggest(hub: Hub, at: Place, entry: Entry, customer: string, of: string): Promise<Poke[]> {
  const words = `Looks like another customer of yours, but they have proved different ${of === 'phone' ? 'phones' : 'e-mail addresses'}. Merge them if you know that it is one person.`
  const id = claimId('suggestion', entry.id, customer)
  const fact = { kind: 'suggestion' as const, author: { kind: 'rule' as const, id: 'hub' }, data: { customer, words } }
  const appended = await append(streamsOf(hub, at.workspace), { who: '*', start: at.log, id, fact })
  return 'entry' in appended ? pokesFor(at.workspace, appended.entry) : []
}
