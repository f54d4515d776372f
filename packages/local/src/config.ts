/** Loads hub.config.ts; what is wrong with it is told with path and reason. */
import { basename } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError, parseConfig, type RoutingConfig } from '@throughline/core/routing/config.ts'

export async function loadConfig(file: string): Promise<RoutingConfig> {
  const name = basename(file)
  const module: unknown = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw new ConfigError(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  })
  const value = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined
  if (value === undefined) throw new ConfigError(`${name}: (file): has no default export`)
  return parseConfig(value, name)
}
