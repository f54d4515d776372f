/** Pokes every subscriber of a log: what is behind catches up, what is not finds nothing to do. */
import type { Hub } from '../hub.ts'
import type { Place } from '../store/keys.ts'
import { pokeAll, pokeTo } from './poke.ts'
import { toolsOf } from './route.ts'

export async function heal(hub: Hub, at: Place): Promise<void> {
  const tools = await toolsOf(hub, at.workspace)
  await pokeAll(hub, [
    pokeTo('route', at),
    pokeTo('fetch', at),
    pokeTo('deliver', at),
    ...tools.map((tool) => pokeTo('mirror', at, tool.id)),
  ])
}
