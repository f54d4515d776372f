/** Loads hub.config.ts; what is wrong with it is told with path and reason. */
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { listWorkspaces } from '@throughline/core/agent/workspace.ts'
import { listConnections } from '@throughline/core/connection/read.ts'
import type { Hub } from '@throughline/core/hub.ts'
import { ConfigError, parseConfig, type RoutingConfig } from '@throughline/core/routing/config.ts'

export async function loadConfig(file: string): Promise<RoutingConfig> {
  const name = basename(file)
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw new ConfigError(reasonOf(name, error))
  })
  const value = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
  if (value === undefined) throw new ConfigError(`${name}: (file): has no default export`)
  return parseConfig(value, name)
}

/** esbuild tells place and reason in lines of its own, under a headline. */
function reasonOf(name: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const places = [...message.matchAll(/:(\d+:\d+): ERROR: (.*)/g)].map(([, place, reason]) => `${name}:${place}: ${reason}`)
  return places.length > 0 ? places.join('\n') : `${name}: ${message.split('\n')[0]}`
}

/** Names that lead nowhere, in one line: what they stand for may be connected later, so it is no error. */
export async function unknownNames(hub: Hub): Promise<string | undefined> {
  const { order, rules } = hub.config
  const workspaces = await listWorkspaces(hub)
  const connections = (await Promise.all(workspaces.map(({ id }) => listConnections(hub, id)))).flat()
  const known = new Set([...Object.keys(hub.tools), ...connections.flatMap(({ id, name }) => [id, name])])
  const kinds = order.filter((kind) => !Object.hasOwn(hub.channels, kind)).map((kind) => `order: no channel is called ${kind}`)
  const notified = [...new Set(rules.flatMap(({ then }) => then.notify ?? []))]
  const names = notified.filter((name) => !known.has(name)).map((name) => `notify: no connection is called ${name}`)
  const all = [...kinds, ...names]
  return all.length > 0 ? `hub.config.ts: ${all.join('; ')}.` : undefined
}
