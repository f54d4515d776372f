/** Connections by id, hook, mailbox and workspace; on a warm process without a read (the hot path of every webhook). */
import type { Connection } from '../connector.ts'
import type { Hub } from '../hub.ts'
import { baseMailbox } from '../mailbox.ts'
import { keys } from '../store/keys.ts'
import type { Item, Key, Store } from '../store/store.ts'
import { fromItem, versionOf } from './record.ts'

/** How long another process may not see a change. Lists are shorter: a tool just connected should get the next message. */
const KEEP = 60_000
const KEEP_LIST = 10_000
/** Decrypted credentials of at most so many connections are held at a time. */
const MOST = 2_000

type Kept<T> = { value: T; until: number }
type Place = { workspace: string; id: string }
type Cache = {
  connections: Map<string, Kept<Connection>>
  places: Map<string, Kept<Place>>
  lists: Map<string, Kept<Connection[]>>
}

/** By store, so that two hubs of one process (tests, two stages) never see each other's. */
const caches = new WeakMap<Store, Cache>()
function cacheOf(hub: Hub): Cache {
  const known = caches.get(hub.store)
  if (known) return known
  const fresh: Cache = { connections: new Map(), places: new Map(), lists: new Map() }
  caches.set(hub.store, fresh)
  return fresh
}

function keep<T>(hub: Hub, map: Map<string, Kept<T>>, key: string, value: T, time: number): T {
  if (map.size >= MOST) map.clear()
  map.set(key, { value, until: hub.now() + time })
  return value
}

/** Tombstones too (status `deleted`), so that others can say "disconnected" by name. `fresh` reads past the cache. */
export async function readConnection(hub: Hub, workspace: string, id: string, fresh = false): Promise<Connection | undefined> {
  const kept = cacheOf(hub).connections.get(`${workspace}/${id}`)
  if (kept && !fresh && kept.until > hub.now()) return kept.value
  const item = await hub.store.get(keys.connection(workspace, id))
  return item ? opened(hub, item) : undefined
}

/** Decrypts only what has changed. One that is still connecting is not kept: its account is about to be known. */
async function opened(hub: Hub, item: Item): Promise<Connection> {
  const { connections } = cacheOf(hub)
  const key = `${item.workspace}/${item.id}`
  const kept = connections.get(key)?.value
  const connection = kept?.version === versionOf(item) ? kept : await fromItem(hub, item)
  if (connection.status !== 'connecting') keep(hub, connections, key, connection, KEEP)
  return connection
}

const standing = (connection: Connection | undefined) => (connection?.status === 'deleted' ? undefined : connection)

async function behind(hub: Hub, key: Key): Promise<Connection | undefined> {
  const { places } = cacheOf(hub)
  const kept = places.get(key.pk)
  if (kept && kept.until > hub.now()) return standing(await readConnection(hub, kept.value.workspace, kept.value.id))
  const item = await hub.store.get(key)
  if (typeof item?.workspace !== 'string' || typeof item.connection !== 'string') return undefined
  const connection = standing(await readConnection(hub, item.workspace, item.connection))
  if (connection && connection.status !== 'connecting') {
    keep(hub, places, key.pk, { workspace: connection.workspace, id: connection.id }, KEEP)
  }
  return connection
}

export const connectionByHook = (hub: Hub, hook: string): Promise<Connection | undefined> => behind(hub, keys.hook(hook))

export const mailboxKey = (address: string): Key => keys.mailbox(address.trim().toLowerCase())
/** `support+anything@…` is `support@…` unless it is a mailbox of its own: our reply addresses are made so. */
export async function connectionByMailbox(hub: Hub, address: string): Promise<Connection | undefined> {
  const exact = await behind(hub, mailboxKey(address))
  const base = exact ? undefined : baseMailbox(address)
  return base === undefined ? exact : behind(hub, mailboxKey(base))
}

/** All that are not removed, oldest first. */
export async function listConnections(hub: Hub, workspace: string): Promise<Connection[]> {
  const { lists } = cacheOf(hub)
  const kept = lists.get(workspace)
  if (kept && kept.until > hub.now()) return kept.value
  const { pk } = keys.connection(workspace, '')
  const items: Item[] = []
  for (let page = await hub.store.query(pk, { prefix: keys.connections }); page.length > 0; ) {
    items.push(...page)
    const last = page.at(-1)
    page = last ? await hub.store.query(pk, { prefix: keys.connections, after: last.sk }) : []
  }
  const all = await Promise.all(items.filter((item) => item.status !== 'deleted').map((item) => opened(hub, item)))
  return keep(hub, lists, workspace, all, KEEP_LIST)
}

export const listByKind = async (hub: Hub, workspace: string, kind: string): Promise<Connection[]> =>
  (await listConnections(hub, workspace)).filter((connection) => connection.kind === kind)

/** After every change made here; other processes see it when their copy ends. */
export function forget(hub: Hub, connection: Pick<Connection, 'workspace' | 'id' | 'hook' | 'address'>): void {
  const cache = cacheOf(hub)
  cache.connections.delete(`${connection.workspace}/${connection.id}`)
  cache.lists.delete(connection.workspace)
  cache.places.delete(keys.hook(connection.hook).pk)
  cache.places.delete(mailboxKey(connection.address).pk)
}
