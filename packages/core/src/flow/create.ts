/** A customer whom we may write first to, made of addresses: each step may be the last of its process, and the same request goes on from there. */
import { listConnections } from '../connection/read.ts'
import type { Author, Fact } from '../entry.ts'
import { VisibleError } from '../error.ts'
import type { Hub } from '../hub.ts'
import { normalAddress } from '../identity/normal.ts'
import { findLog, findOrOpen, moveOn } from '../identity/record.ts'
import { identityKey } from '../identity.ts'
import type { Poke } from '../queue/queue.ts'
import { append } from '../stream/append.ts'
import { merge } from '../stream/belong.ts'
import { claimId, digestOf } from '../stream/claim.ts'
import { readEntry } from '../stream/log.ts'
import { live } from '../stream/seal.ts'
import { drained } from './change.ts'
import { clean } from './clean.ts'
import { pokeAll, pokesFor } from './poke.ts'
import { gone } from './reply.ts'
import { streamsOf } from './streams.ts'

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
  const facts = factsOf(wanted, identities, author)
  const log = (await begun(hub, workspace, identities, facts)) ?? hub.id()
  const others = new Set<string>()
  for (const { key } of identities) {
    const holder = await take(hub, workspace, key, log)
    if (holder !== log) others.add(holder)
  }
  const pokes: Poke[] = []
  for (const [index, fact] of facts.entries()) {
    const id = factId(log, facts, index)
    const appended = await append(streamsOf(hub, workspace), { who: '*', start: log, id, fact })
    if (!('entry' in appended)) throw gone()
    pokes.push(...pokesFor(workspace, appended.entry))
  }
  let id = log
  for (const other of others) {
    id = (await merge(streamsOf(hub, workspace), { who: '*', start: id }, { who: '*', start: other })) ?? id
    pokes.push(...drained(workspace, id))
  }
  await pokeAll(hub, pokes)
  return { id }
}

function factsOf({ name, externalIds }: NewCustomer, identities: Identity[], author: Author): Fact[] {
  const data = { ...(name ? { name } : {}), ...(externalIds ? { externalIds } : {}) }
  const known: Fact[] = name || externalIds ? [{ kind: 'set', author, data }] : []
  return clean([{ kind: 'identity', author, data: { identities } }, ...known])
}

/** Made of the whole request: the same one, tried again, finds what it did before. */
const factId = (log: string, facts: readonly Fact[], index: number) => claimId('created', log, digestOf(facts), String(index))

/** The log of an earlier try of this request that died half-way: nothing stands in it yet, or the identities without the rest. */
async function begun(hub: Hub, workspace: string, identities: Identity[], facts: readonly Fact[]): Promise<string | undefined> {
  let log: string | undefined
  for (const { key } of identities) {
    const holder = await holderOf(hub, workspace, key)
    if (!holder) continue
    const first = holder.t === 1 && facts.length > 1 ? await readEntry(hub.store, { workspace, log: holder.log }, 1) : undefined
    if (holder.t > 0 && first?.id !== factId(holder.log, facts, 0)) throw taken(holder.log)
    log ??= holder.log
  }
  return log
}

/** Whose identity this is, and how much stands there; nobody's where its customer was erased. */
async function holderOf(hub: Hub, workspace: string, key: string) {
  const log = await findLog(hub.store, workspace, key)
  const found = log ? await live(streamsOf(hub, workspace), key, log) : undefined
  return log && found && { log, t: found.t }
}

/**
 * The log that this identity leads to from now on: ours, or one in which nothing stands yet. That one is of another try that died, or of
 * somebody who writes from this address at this very moment: it becomes part of this customer, so that nobody's words go astray.
 */
async function take(hub: Hub, workspace: string, key: string, log: string): Promise<string> {
  const holder = await findOrOpen(hub.store, workspace, key, () => log)
  if (holder === log) return log
  const found = await holderOf(hub, workspace, key)
  if (found && found.t > 0) throw taken(found.log)
  if (found) return found.log
  // Of an erased customer. Somebody may write from this address at this very moment and be first.
  return (await moveOn(hub.store, workspace, key, holder, log)) ? log : take(hub, workspace, key, log)
}

const taken = (customer: string) =>
  new VisibleError(409, 'identity_taken', 'One of these addresses belongs to a customer already.', { customer })

type Identity = Awaited<ReturnType<typeof identityFor>>

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
