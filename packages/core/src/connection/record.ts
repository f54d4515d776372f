/** A connection as stored: what lists and lookups need in the open, everything an account is made of sealed. */
import * as z from 'zod/mini'
import { type Connection, ConnectionStatus } from '../connector.ts'
import type { Hub } from '../hub.ts'
import { keys } from '../store/keys.ts'
import type { Item } from '../store/store.ts'

/** An attempt that died half-way (the process, not the provider) disappears by itself after this many seconds. */
export const CONNECTING_SECONDS = 3600

const Stored = z.object({
  id: z.string(),
  workspace: z.string(),
  kind: z.string(),
  name: z.string(),
  status: ConnectionStatus,
  hook: z.string(),
  hookUrl: z.string(),
  account: z.string(),
  address: z.string(),
  apiRoot: z.optional(z.string()),
  version: z.number(),
  /** Absent on a tombstone: a removed connection keeps its name, never its credentials. */
  sealed: z.optional(z.string()),
})

/** Settings lie here too, for some of them are secret (an SMTP address with its password). */
const Sealed = z.object({
  credentials: z.record(z.string(), z.unknown()),
  secret: z.string(),
  settings: z.record(z.string(), z.unknown()),
  data: z.record(z.string(), z.unknown()),
})

export const random = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('base64url')
export const hookUrlOf = (hub: Hub, hook: string) => `${hub.publicUrl}/hooks/${hook}`

/** Bound to its place: a ciphertext copied under another workspace or id does not open. */
const sealContext = (workspace: string, id: string) => `${workspace}/${id}`

/** `stored.apiRoot` only where this very connection was given one; the hub's default is added when it is read. */
export async function toItem(hub: Hub, connection: Connection, ownApiRoot: string | undefined): Promise<Item> {
  const { id, workspace, kind, name, status, hook, hookUrl, account, address, version } = connection
  const { credentials, secret, settings, data } = connection
  const item: Item = {
    ...keys.connection(workspace, id),
    id,
    workspace,
    kind,
    name,
    status,
    hook,
    hookUrl,
    account,
    address,
    version,
  }
  if (ownApiRoot) item.apiRoot = ownApiRoot
  if (status !== 'deleted') {
    item.sealed = await hub.secrets.seal(JSON.stringify({ credentials, secret, settings, data }), sealContext(workspace, id))
  }
  if (status === 'connecting') item.expiresAt = Math.floor(hub.now() / 1000) + CONNECTING_SECONDS
  return item
}

export const versionOf = (item: Item): number => (typeof item.version === 'number' ? item.version : 0)
export const ownApiRootOf = (item: Item): string | undefined => (typeof item.apiRoot === 'string' ? item.apiRoot : undefined)

export async function fromItem(hub: Hub, item: Item): Promise<Connection> {
  const { sealed, apiRoot, ...open } = Stored.parse(item)
  const parts = await unseal(hub, open.workspace, open.id, sealed)
  const status = parts || open.status === 'deleted' ? open.status : 'broken'
  return { ...open, status, apiRoot: apiRoot ?? hub.apiRoots?.[open.kind], ...(parts ?? nothing()) }
}

/** The random secret matters: an empty one could equal a header that a stranger left out. */
const nothing = () => ({ credentials: {}, secret: random(32), settings: {}, data: {} })

/** Undefined where our key ring no longer opens it: that connection is broken, the others go on. */
async function unseal(hub: Hub, workspace: string, id: string, sealed: string | undefined) {
  if (sealed === undefined) return undefined
  try {
    return Sealed.parse(JSON.parse(await hub.secrets.open(sealed, sealContext(workspace, id))))
  } catch {
    hub.logger.error('connection.unreadable', { workspace, connection: id })
    return undefined
  }
}
