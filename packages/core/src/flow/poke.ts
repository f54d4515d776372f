import { type Entry, isIncoming, isOutgoing } from '../entry.ts'
import type { Hub } from '../hub.ts'
import { isMedia } from '../message.ts'
import type { Poke } from '../queue/queue.ts'
import type { Place } from '../store/keys.ts'

/** Field by field: a place may be a poke itself, whose `to` is another's. */
export const pokeTo = (to: Poke['to'], { workspace, log }: Place, connection?: string): Poke => ({
  to,
  workspace,
  log,
  ...(connection ? { connection } : {}),
})

/** Who has to know at once that an entry stands: route always, deliver of what is outgoing or failed (DESIGN 1.1). */
export function pokesFor(workspace: string, entry: Entry): Poke[] {
  const at = { workspace, log: entry.log }
  const delivers = isOutgoing(entry) || entry.kind === 'failure'
  return [pokeTo('route', at), ...(delivers ? [pokeTo('deliver', at)] : [])]
}

export const hasMedia = (entry: Entry): boolean =>
  isIncoming(entry) && entry.parts.some((part) => isMedia(part) && !part.media.blob)

/** One queue call for all the entries of a request: the same poke is sent once. */
export async function pokeAll(hub: Hub, pokes: readonly Poke[]): Promise<void> {
  const unique = new Map(pokes.map((poke) => [JSON.stringify([poke.to, poke.workspace, poke.log, poke.connection]), poke]))
  if (unique.size > 0) await hub.queue.send([...unique.values()])
}
