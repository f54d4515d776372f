/** The configuration in force for a workspace: the stored document, else the file's. */
import { createHash } from 'node:crypto'
import type { Hub } from '../hub.ts'
import { keys } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import { parseConfig, type RoutingConfig } from './config.ts'

export type Active = { config: RoutingConfig; version: string; source: 'file' | 'stored' }

/** Every message and every reply asks, and it changes by hand: how long another process may not see a change. */
const KEEP = 10_000
const MOST = 2_000
const caches = new WeakMap<Store, Map<string, { stored: RoutingConfig | undefined; until: number }>>()

export const versionOf = (config: RoutingConfig): string =>
  createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 12)

export async function activeConfig(hub: Pick<Hub, 'store' | 'config' | 'now'>, workspace: string): Promise<Active> {
  const stored = await storedConfig(hub, workspace)
  const config = stored ?? hub.config
  return { config, version: versionOf(config), source: stored ? 'stored' : 'file' }
}

async function storedConfig({ store, now }: Pick<Hub, 'store' | 'now'>, workspace: string): Promise<RoutingConfig | undefined> {
  const cache = caches.get(store) ?? new Map()
  caches.set(store, cache)
  const kept = cache.get(workspace)
  if (kept && kept.until > now()) return kept.stored
  const item = await store.get(keys.routing(workspace))
  const stored = item && parseConfig(item.config, 'routing')
  if (cache.size >= MOST) cache.clear()
  cache.set(workspace, { stored, until: now() + KEEP })
  return stored
}

/** Back to the file. */
export async function dropConfig(hub: Pick<Hub, 'store'>, workspace: string): Promise<void> {
  await hub.store.delete(keys.routing(workspace))
  caches.get(hub.store)?.delete(workspace)
}

/** Stores a document that overrides the file for this workspace. */
export async function storeConfig(hub: Pick<Hub, 'store'>, workspace: string, config: RoutingConfig): Promise<string> {
  await hub.store.put({ ...keys.routing(workspace), config: JSON.parse(JSON.stringify(config)) })
  caches.get(hub.store)?.delete(workspace)
  return versionOf(config)
}
