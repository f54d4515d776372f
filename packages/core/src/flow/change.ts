/** Everything else that people and programs do to a customer: each is an entry, appended once, poked. */
import { listConnections } from '../connection/read.ts'
import type { Author, Entry, Fact } from '../entry.ts'
import { VisibleError } from '../error.ts'
import type { Hub } from '../hub.ts'
import { normalAddress } from '../identity/normal.ts'
import { findLog, findOrOpen } from '../identity/record.ts'
import { identityKey } from '../identity.ts'
import { append } from '../stream/append.ts'
import { merge } from '../stream/belong.ts'
import { claimId } from '../stream/claim.ts'
import { clean } from './clean.ts'
import { pokeAll, pokesFor } from './poke.ts'
import { existing, gone } from './reply.ts'
import { streamsOf } from './streams.ts'

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
  for (const { key } of identities) refuseTaken(await findLog(hub.store, workspace, key))
  const log = hub.id()
  for (const { key } of identities) {
    const holder = await findOrOpen(hub.store, workspace, key, () => log)
    if (holder !== log) refuseTaken(holder)
  }
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
  const live = await merge(streamsOf(hub, workspace), { who: '*', start: customer }, { who: '*', start: other })
  if (!live) throw gone()
  hub.logger.info('customer.merged', { workspace, customer: live, by: author.kind })
  await pokeAll(hub, [
    { to: 'route', workspace, log: live },
    { to: 'deliver', workspace, log: live },
  ])
  return { id: live }
}
