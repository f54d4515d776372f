/** What an agent wrote in a tool becomes an entry of the customer whose thread it stands in. */
import { agentFor } from '../agent/agent.ts'
import type { Connection } from '../connector.ts'
import type { Author, Fact } from '../entry.ts'
import type { Hub } from '../hub.ts'
import type { Poke } from '../queue/queue.ts'
import { keys } from '../store/keys.ts'
import { append } from '../stream/append.ts'
import { claimId } from '../stream/claim.ts'
import type { ToolEvent } from '../tool.ts'
import { dropUnnamed } from './blobs.ts'
import { offload } from './clean.ts'
import { commandFact } from './command.ts'
import { noteMismatch, noteStray } from './dead.ts'
import { pokesFor } from './poke.ts'
import { streamsOf } from './streams.ts'

type Written = Extract<ToolEvent, { thread: string }>

export const threadPointer = (connection: string, thread: string) => keys.pointer(connection, `thread:${thread}`)

export async function acceptTool(hub: Hub, connection: Connection, event: Written): Promise<Poke[]> {
  const item = await hub.store.get(threadPointer(connection.id, event.thread))
  if (typeof item?.log !== 'string') return stray(hub, connection, event, 'unknown')
  const { workspace } = connection
  const author = await agentFor(hub, workspace, connection, event.author)
  const id = claimId(connection.kind, connection.account, event.type, event.id)
  const fact = await factOf(hub, connection, author, id, event)
  const appended = await append(streamsOf(hub, workspace), { who: '*', start: item.log, id, fact })
  if (appended.outcome !== 'appended') await dropUnnamed(hub, id, fact, 'entry' in appended ? appended.entry : undefined)
  if (appended.outcome === 'erased') return stray(hub, connection, event, 'erased')
  if (appended.outcome === 'dropped') return []
  if (appended.outcome === 'mismatch') await noteMismatch(hub, connection, appended.entry)
  return pokesFor(workspace, appended.entry)
}

async function stray(hub: Hub, connection: Connection, event: Written, why: 'unknown' | 'erased'): Promise<Poke[]> {
  if (event.type === 'reply') await noteStray(hub, connection, event.thread, why)
  return []
}

async function factOf(hub: Hub, connection: Connection, author: Author, id: string, event: Written): Promise<Fact> {
  const base = { author, provider: { id: event.id, ...(event.at ? { at: event.at } : {}) } }
  switch (event.type) {
    case 'reply':
      return { ...base, kind: 'message', direction: 'out', parts: await offload(hub, connection.workspace, id, event.parts) }
    case 'note':
      return { ...base, kind: 'note', data: { text: event.text } }
    case 'command':
      return { ...base, ...commandFact(event.name, event.rest, author) }
  }
}
