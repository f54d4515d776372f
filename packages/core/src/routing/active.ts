/** The configuration in force for a workspace: the stored document, else the file's. */
import { createHash } from 'node:crypto'
import type { Hub } from '../hub.ts'
import { keys } from '../store/keys.ts'
import { parseConfig, type RoutingConfig } from './config.ts'

export type Active = { config: RoutingConfig; version: string; source: 'file' | 'stored' }

export const versionOf = (config: RoutingConfig): string =>
  createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 12)

export async function activeConfig(hub: Pick<Hub, 'store' | 'config'>, workspace: string): Promise<Active> {
  const item = await hub.store.get(keys.routing(workspace))
  const config = item ? parseConfig(item.config, 'routing') : hub.config
  return { config, version: versionOf(config), source: item ? 'stored' : 'file' }
}

/** Stores a document that overrides the file for this workspace. */
export async function storeConfig(hub: Pick<Hub, 'store'>, workspace: string, config: RoutingConfig): Promise<string> {
  await hub.store.put({ ...keys.routing(workspace), config: JSON.parse(JSON.stringify(config)) })
  return versionOf(config)
}
