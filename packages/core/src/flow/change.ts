/** Everything else that people and programs do to a customer: each is an entry, appended once, poked. */
import { listConnections } from '../connection/read.ts'
import type { Author, Entry, Fact } from '../entry.ts'
import { VisibleError } from '../error.ts'
import type { Hub } from '../hub.ts'
import { normalAddress } from '../identity/normal.ts'
import { findLog, findOrOpen, moveOn } from '../identity/record.ts'
import { identityKey } from '../identity.ts'
import type { Poke } from '../queue/queue.ts'
import { append } from '../stream/append.ts'
import { merge, unmerge } from '../stream/belong.ts'
import { claimId } from '../stream/claim.ts'
import { live } from '../stream/seal.ts'
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

export type NewCustomer = {
  name?: string | undefined
  identities: { channel: string; address: string; connection?: string | undefined }[]
  externalIds?: Record<string, string> | undefined
}

/** Identities that we may write first to. One that belongs to somebody already is refused and nothing is made. */
export async function createCustomer(hub: Hub, workspace: string, wanted: NewCustomer, author: Author): Promise<{ id: string }> {
  if (wanted.identities.length === 0)
    throw new VisibleError(400, 'no_identity', 'A customer needs at least one identity: a channel and an address.')
  const identities = []
  for (const one of wanted.identities) identities.push(await identityFor(hub, workspace, one))
  for (const { key } of identities) refuseTaken(await holderOf(hub, workspace, key))
  const log = hub.id()
  for (const { key } of identities) await take(hub, workspace, key, log)
  await put(hub, workspace, log, { kind: 'identity', author, data: { identities } }, 'created')
  const { name, externalIds } = wanted
  if (name || externalIds)
    await put(
      hub,
      workspace,
      log,
      { kind: 'set', author, data: { ...(name ? { name } : {}), ...(externalIds ? { externalIds } : {}) } },
      'created',
    )
  return { id: log }
}

/** Whose identity this is; nobody's where its customer was erased. */
async function holderOf(hub: Hub, workspace: string, key: string): Promise<string | undefined> {
  const log = await findLog(hub.store, workspace, key)
  return log && (await live(streamsOf(hub, workspace), key, log)) ? log : undefined
}

async function take(hub: Hub, workspace: string, key: string, log: string): Promise<void> {
  const holder = await findOrOpen(hub.store, workspace, key, () => log)
  if (holder === log) return
  refuseTaken(await holderOf(hub, workspace, key))
  // Of an erased customer. Somebody may write from this address at this very moment and be first.
  if (!(await moveOn(hub.store, workspace, key, holder, log))) refuseTaken(await findLog(hub.store, workspace, key))
}

function refuseTaken(customer: string | undefined): void {
  if (customer)
    throw new VisibleError(409, 'identity_taken', 'One of these addresses belongs to a customer already.', { customer })
}

async function identityFor(
  hub: Hub,
  workspace: string,
  { channel: kind, address, connection: id }: NewCustomer['identities'][number],
) {
  const channel = hub.channels[kind]
  if (!channel) throw new VisibleError(422, 'unknown_channel', `This hub knows no channel "${kind}".`)
  const form = channel.capabilities.addresses
  if (!form)
    throw new VisibleError(
      422,
      'cannot_write_first',
      `${channel.title} does not let a business write first: its customers appear when they write.`,
    )
  const normal = normalAddress(form, address)
  if (!normal)
    throw new VisibleError(
      422,
      'bad_address',
      `"${address.slice(0, 100)}" is no ${form === 'phone' ? 'phone number as +15005550006' : 'e-mail address'}.`,
    )
  const ways = (await listConnections(hub, workspace)).filter((one) => one.kind === kind && (!id || one.id === id))
  const connection = ways.find((one) => one.status === 'live') ?? ways[0]
  if (!connection)
    throw new VisibleError(422, 'not_connected', `${channel.title} is not connected. Connect it on the setup page first.`)
  return {
    key: identityKey(kind, channel.capabilities.scope, connection.account, normal),
    channel: kind,
    address: normal,
    connection: connection.id,
  }
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
  const id = await merge(streamsOf(hub, workspace), { who: '*', start: customer }, { who: '*', start: other })
  if (!id) throw gone()
  hub.logger.info('customer.merged', { workspace, customer: id, by: author.kind })
  await pokeAll(hub, drained(workspace, id))
  return { id }
}

/** A log that goes on from others: route brings identities and marks on, deliver sends what was left there. */
const drained = (workspace: string, log: string): Poke[] => [
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
