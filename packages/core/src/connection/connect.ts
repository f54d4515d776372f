/** Making a connection: stored first, for providers call back during `connect`; nothing half-made stays when it fails. */
import * as z from 'zod/mini'
import type { Connection } from '../connector.ts'
import { parseAt, VisibleError } from '../error.ts'
import type { CallingHub, Hub } from '../hub.ts'
import { keys } from '../store/keys.ts'
import { callContext, callsOf, connectorOf, visible } from './call.ts'
import { forget, mailboxKey, readConnection } from './read.ts'
import { hookUrlOf, random, toItem } from './record.ts'

export type NewConnection = {
  kind: string
  name?: string | undefined
  credentials?: unknown
  settings?: unknown
  /** Of the sandbox's own connections; nothing that comes over REST may set it. */
  apiRoot?: string | undefined
}
export type ConnectionChange = { name?: string | undefined; settings?: unknown; credentials?: unknown }
export type Connecting = { connection: Connection; showOnce: Record<string, string> }

/** Paths in the refusal read as the caller wrote them: `credentials.token`. */
function fitting(hub: Hub, kind: string, settings: unknown, credentials: unknown) {
  const connector = connectorOf(hub, kind)
  return parseAt(z.object({ settings: connector.settings, credentials: connector.credentials }), { settings, credentials })
}

export async function connect(hub: CallingHub, workspace: string, wanted: NewConnection): Promise<Connecting> {
  const { kind, name, apiRoot } = wanted
  const { settings, credentials } = fitting(hub, kind, wanted.settings ?? {}, wanted.credentials ?? {})
  const hook = random(16)
  const started: Connection = {
    id: hub.id(),
    workspace,
    kind,
    name: name ?? connectorOf(hub, kind).title,
    status: 'connecting',
    hook,
    hookUrl: hookUrlOf(hub, hook),
    account: '',
    address: '',
    settings,
    credentials,
    secret: random(32),
    data: {},
    apiRoot: apiRoot ?? hub.apiRoots?.[kind],
    version: 1,
  }
  const item = await toItem(hub, started, apiRoot)
  await hub.store.put(item, { absent: true })
  await hub.store.put(
    { ...keys.hook(hook), workspace, connection: started.id, ...(item.expiresAt && { expiresAt: item.expiresAt }) },
    { absent: true },
  )
  try {
    return await establish(hub, started, undefined, { apiRoot, name })
  } catch (error) {
    await hub.store.delete(keys.hook(hook))
    await hub.store.delete(keys.connection(workspace, started.id), { equals: { version: 1 } })
    forget(hub, started)
    throw error
  }
}

/** Keeps id, hook and secret. New settings or credentials are proved with the provider before they count. */
export async function patch(hub: CallingHub, workspace: string, id: string, change: ConnectionChange): Promise<Connecting> {
  const before = await existing(hub, workspace, id)
  const name = change.name ?? before.name
  if (change.settings === undefined && change.credentials === undefined) {
    return { connection: await write(hub, before, { ...before, name, version: before.version + 1 }), showOnce: {} }
  }
  const { settings, credentials } = fitting(
    hub,
    before.kind,
    { ...before.settings, ...record(change.settings, 'settings') },
    { ...before.credentials, ...record(change.credentials, 'credentials') },
  )
  return again(hub, before, { ...before, name, settings, credentials })
}

/** Registers the webhook anew with what is stored: the hub's public address changed, or a check found it lost. */
export async function reconnect(hub: CallingHub, workspace: string, id: string): Promise<Connecting> {
  const before = await existing(hub, workspace, id)
  return again(hub, before, before)
}

/** The new credentials are stored during the call, for a provider may call back signed with them; failing brings the old ones back. */
async function again(hub: CallingHub, before: Connection, wanted: Connection): Promise<Connecting> {
  const hookUrl = hookUrlOf(hub, before.hook)
  const trying = await write(hub, before, { ...wanted, hookUrl, version: before.version + 1 })
  try {
    return await establish(hub, trying, before, { apiRoot: undefined, name: wanted.name })
  } catch (error) {
    const now = await readConnection(hub, before.workspace, before.id, true)
    if (now?.version === trying.version) await write(hub, trying, { ...before, version: trying.version + 1 })
    throw error
  }
}

type Given = { apiRoot: string | undefined; name: string | undefined }

async function establish(hub: CallingHub, trying: Connection, before: Connection | undefined, given: Given): Promise<Connecting> {
  const calls = callsOf(hub, trying.kind)
  const connected = await calls.connect(trying, callContext(hub)).catch((error: unknown) => {
    throw visible(hub, trying, error)
  })
  const { account, address, data = {}, settings = {}, showOnce = {} } = connected
  const connection: Connection = {
    ...trying,
    name: given.name ?? connected.name ?? trying.name,
    status: before?.status === 'paused' ? 'paused' : 'live',
    account,
    address,
    data: { ...trying.data, ...data },
    settings: { ...trying.settings, ...settings },
    version: trying.version + 1,
  }
  try {
    refuseAnotherAccount(hub, before, connection)
    await takeMailbox(hub, connection, before)
    if (!before) await hub.store.update(keys.hook(connection.hook), { expiresAt: undefined })
    return { connection: await write(hub, trying, connection, given.apiRoot), showOnce }
  } catch (error) {
    if (!before) await freeMailbox(hub, connection)
    // One that already served this account goes on with it: unhooking the account now would silence a working connection.
    if (before?.account !== account) await calls.disconnect?.(connection, callContext(hub)).catch(() => undefined)
    throw error
  }
}

/** Where addresses are valid for one account only, another account would orphan every identity that this connection serves. */
function refuseAnotherAccount(hub: Hub, before: Connection | undefined, connection: Connection): void {
  if (!before?.account || before.account === connection.account) return
  if (hub.channels[connection.kind]?.capabilities.scope !== 'connection') return
  throw new VisibleError(
    422,
    'another_account',
    'These credentials belong to another account. Connect it as a connection of its own.',
  )
}

/** Mail names its receiver by address alone, so one address leads to one connection of the whole hub. */
async function takeMailbox(hub: Hub, connection: Connection, before: Connection | undefined): Promise<void> {
  if (hub.channels[connection.kind]?.capabilities.addresses !== 'email') return
  const key = mailboxKey(connection.address)
  const item = { ...key, workspace: connection.workspace, connection: connection.id }
  const taken =
    !(await hub.store.put(item, { absent: true })) && !(await hub.store.put(item, { equals: { connection: connection.id } }))
  if (taken) throw new VisibleError(422, 'mailbox_taken', 'Another connection already receives mail for this address.')
  if (before?.address && mailboxKey(before.address).pk !== key.pk) await freeMailbox(hub, before)
}

export async function freeMailbox(hub: Hub, connection: Connection): Promise<void> {
  if (connection.address) await hub.store.delete(mailboxKey(connection.address), { equals: { connection: connection.id } })
}

/** 404 also for another workspace's: its key begins with another workspace, so it is simply not there. */
export async function existing(hub: Hub, workspace: string, id: string): Promise<Connection> {
  const connection = await readConnection(hub, workspace, id, true)
  if (connection && connection.status !== 'deleted') return connection
  throw new VisibleError(404, 'unknown_connection', 'There is no such connection.')
}

/** Replaces the record if nobody changed it meanwhile. */
export async function write(
  hub: Hub,
  before: Connection,
  after: Connection,
  apiRoot = ownApiRoot(hub, before),
): Promise<Connection> {
  const done = await hub.store.put(await toItem(hub, after, apiRoot), { equals: { version: before.version } })
  forget(hub, before)
  forget(hub, after)
  if (done) return after
  throw new VisibleError(409, 'connection_changed', 'Somebody else changed this connection at the same moment. Look again.')
}

const ownApiRoot = (hub: Hub, connection: Connection) =>
  connection.apiRoot === hub.apiRoots?.[connection.kind] ? undefined : connection.apiRoot

function record(value: unknown, field: string): Record<string, unknown> {
  return value === undefined
    ? {}
    : (parseAt(z.object({ [field]: z.record(z.string(), z.unknown()) }), { [field]: value })[field] ?? {})
}
