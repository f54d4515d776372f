/** Pokes every subscriber of a log: what is behind catches up, what is not finds nothing to do. */
import type { Hub } from '../hub.ts'
import type { Place } from '../store/keys.ts'
import { pokeAll } from './poke.ts'
import { toolsOf } from './route.ts'

export async function heal(hub: Hub, at: Place): Promise<void> {
  const tools = await toolsOf(hub, at.workspace)
  await pokeAll(hub, [
    { to: 'route', ...at },
    { to: 'fetch', ...at },
    { to: 'deliver', ...at },
    ...tools.map((tool) => ({ to: 'mirror' as const, ...at, connection: tool.id })),
  ])
}
