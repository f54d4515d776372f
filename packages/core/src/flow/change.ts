/** Everything else that people and programs do to a customer: each is an entry, appended once, poked. */
import type { Author, Entry, Fact } from '../entry.ts'
import { VisibleError } from '../error.ts'
import type { Hub } from '../hub.ts'
import type { Poke } from '../queue/queue.ts'
import { append } from '../stream/append.ts'
import { merge, unmerge } from '../stream/belong.ts'
import { claimId } from '../stream/claim.ts'
import { clean } from './clean.ts'
import { pokeAll, pokesFor } from './poke.ts'
import { existing, gone } from './reply.ts'
import { stateOf, streamsOf } from './streams.ts'

export async function change(hub: Hub, workspace: string, customer: string, fact: Fact, key?: string): Promise<Entry> {
  await existing(hub, workspace, customer)
  return put(hub, workspace, customer, fact, key)
}

async function put(hub: Hub, workspace: string, log: string, fact: Fact, key?: string): Promise<Entry> {
  const id = claimId('change', log, fact.kind, key ?? hub.id())
  const appended = await append(streamsOf(hub, workspace), { who: '*', start: log, id, fact: clean(fact) })
  if (appended.outcome === 'mismatch')
    throw new VisibleError(409, 'idempotency_mismatch', 'This Idempotency-Key was used for something else. Use a new key.')
  if (!('entry' in appended)) throw gone()
  await pokeAll(hub, pokesFor(workspace, appended.entry))
  return appended.entry
}

export async function mergeCustomers(
  hub: Hub,
  workspace: string,
  customer: string,
  other: string,
  author: Author,
): Promise<{ id: string }> {
  const a = await existing(hub, workspace, customer)
  const b = await existing(hub, workspace, other)
  if (a.at.log === b.at.log) return { id: a.at.log }
  const id = await merge(streamsOf(hub, workspace), { who: '*', start: customer }, { who: '*', start: other }, author)
  if (!id) throw gone()
  hub.logger.info('customer.merged', { workspace, customer: id, by: author.kind })
  await pokeAll(hub, drained(workspace, id))
  return { id }
}

/** A log that goes on from others: route brings identities and marks on, deliver sends what was left there. */
export const drained = (workspace: string, log: string): Poke[] => [
  { to: 'route', workspace, log },
  { to: 'deliver', workspace, log },
]

/** Takes identities out of a customer into one of their own. `rest` is who the customer's id leads to from now on. */
export async function unmergeCustomer(
  hub: Hub,
  workspace: string,
  customer: string,
  identities: readonly string[],
  author: Author,
): Promise<{ own: string; rest: string }> {
  const leaving = new Set(identities)
  if (leaving.size === 0)
    throw new VisibleError(422, 'no_identity', 'Name at least one identity that becomes a customer of its own.')
  await existing(hub, workspace, customer)
  const check = async (log: string) => {
    const { state } = await stateOf(hub, { workspace, log })
    refuseForeign(
      leaving,
      state.identities.map(({ key }) => key),
    )
  }
  const parts = await unmerge(streamsOf(hub, workspace), { who: '*', start: customer }, [...leaving], { author, check })
  if (!parts) throw gone()
  hub.logger.info('customer.unmerged', { workspace, customer: parts.rest, own: parts.own, by: author.kind })
  await pokeAll(hub, [...drained(workspace, parts.rest), ...drained(workspace, parts.own)])
  return parts
}

function refuseForeign(leaving: ReadonlySet<string>, theirs: readonly string[]): void {
  if ([...leaving].some((identity) => !theirs.includes(identity)))
    throw new VisibleError(
      422,
      'unknown_identity',
      'One of these is no identity of this customer. Read the customer for their keys.',
    )
  if (leaving.size === theirs.length)
    throw new VisibleError(422, 'nothing_left', 'These are all identities of this customer: nobody would remain.')
}
