/** A first post into a tool, so that an administrator sees it arrive before any customer writes. It is in no customer's stream. */
import { VisibleError } from '../error.ts'
import type { CallingHub } from '../hub.ts'
import type { Card, View } from '../tool.ts'
import { callContext, visible } from './call.ts'
import { existing } from './connect.ts'

export type Trial = { ok: boolean; words: string }

export async function tryTool(hub: CallingHub, workspace: string, id: string): Promise<Trial> {
  const connection = await existing(hub, workspace, id)
  const tool = Object.hasOwn(hub.tools, connection.kind) ? hub.tools[connection.kind] : undefined
  const calls = hub.toolCalls[connection.kind]
  if (!tool || !calls) throw new VisibleError(422, 'not_a_tool', 'Only a tool can be given a test post.')
  const card: Card = { customer: 'test', name: 'Test', identities: [], url: hub.publicUrl }
  try {
    const thread = tool.capabilities.threads ? await calls.open(card, connection, callContext(hub)) : ''
    await calls.post(thread, testView(hub, workspace), card, connection, callContext(hub))
    return { ok: true, words: `The test post is out. Look for it in ${connection.name}.` }
  } catch (error) {
    return { ok: false, words: visible(hub, connection, error).words }
  }
}

function testView(hub: CallingHub, workspace: string): View {
  const at = new Date(hub.now()).toISOString()
  const words = 'Throughline is connected. Customers who write will appear here.'
  const author = { kind: 'api', id: workspace, name: 'Throughline' } as const
  return {
    entry: { id: hub.id(), log: 'test', seq: 0, at, author, kind: 'activity', data: { type: 'test', title: words } },
    words,
    author: author.name,
    repeated: false,
  }
}
