/** Who answers, as a tool names them. Events of many tools bear an id alone, so a name once heard is remembered. */
import type { Connection } from '../connector.ts'
import type { Author } from '../entry.ts'
import type { Hub } from '../hub.ts'
import { keys } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import type { ToolAuthor } from '../tool.ts'

const MOST = 5_000
const names = new WeakMap<Store, Map<string, string>>()

/** One person of one tool; ids of two tools never meet, for a stranger's user id may equal another's. */
const agentId = (connection: string, external: string) => `${connection}:${external}`

export async function agentFor(hub: Hub, workspace: string, tool: Pick<Connection, 'id'>, who: ToolAuthor): Promise<Author> {
  const id = agentId(tool.id, who.id)
  const name = await nameOf(hub, workspace, id, who)
  return { kind: 'agent', id, ...(name && { name }), tool: tool.id }
}

async function nameOf(hub: Hub, workspace: string, id: string, who: ToolAuthor): Promise<string | undefined> {
  const known = names.get(hub.store) ?? new Map<string, string>()
  names.set(hub.store, known)
  const place = `${workspace}/${id}`
  const kept = known.get(place)
  if (kept !== undefined && (who.name === undefined || who.name === kept)) return kept
  const key = keys.agent(workspace, id)
  if (who.name !== undefined) {
    await hub.store.update(key, { workspace, name: who.name, ...(who.email && { email: who.email }) })
    return remember(known, place, who.name)
  }
  const item = await hub.store.get(key)
  return typeof item?.name === 'string' ? remember(known, place, item.name) : undefined
}

function remember(known: Map<string, string>, place: string, name: string): string {
  if (known.size >= MOST) known.clear()
  known.set(place, name)
  return name
}
