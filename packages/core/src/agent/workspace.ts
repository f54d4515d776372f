/** A workspace is one business on this hub. */
import * as z from 'zod/mini'
import { VisibleError } from '../error.ts'
import type { Hub } from '../hub.ts'
import { keys } from '../store/keys.ts'
import type { Item } from '../store/store.ts'

export type Workspace = { id: string; name: string; createdAt: string }

const Stored = z.object({ id: z.string(), name: z.string(), createdAt: z.string() })

/** Ids stand inside keys, between `#` signs, and in blobs' paths. */
const ID = /^[A-Za-z0-9_-]{1,40}$/

/** `id`: for a hub that wants to find its own workspace again; the same twice is one, and keeps its first name. */
export async function createWorkspace(hub: Hub, name: string, id = hub.id()): Promise<{ id: string }> {
  if (!ID.test(id)) throw new VisibleError(422, 'bad_id', 'A workspace id has letters, digits, - and _ only.')
  const record = { id, name, createdAt: new Date(hub.now()).toISOString() }
  await hub.store.put({ ...keys.workspace(id), ...record }, { absent: true })
  await hub.store.put({ ...keys.workspaceEntry(id), ...record }, { absent: true })
  return { id }
}

export async function readWorkspace(hub: Hub, id: string): Promise<Workspace | undefined> {
  const item = await hub.store.get(keys.workspace(id))
  return item && Stored.parse(item)
}

/** In order of id. */
export async function listWorkspaces(hub: Hub): Promise<Workspace[]> {
  const items: Item[] = []
  for (let page = await hub.store.query(keys.workspaces, { prefix: 'W#' }); page.length > 0; ) {
    items.push(...page)
    const last = page.at(-1)
    page = last ? await hub.store.query(keys.workspaces, { prefix: 'W#', after: last.sk }) : []
  }
  return items.map((item) => Stored.parse(item))
}
