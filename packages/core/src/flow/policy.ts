/** What `pick` is asked with: the workspace's connections as data, the configuration, the reply. */
import { listConnections } from '../connection/read.ts'
import type { State } from '../customer/state.ts'
import type { Decision } from '../delivery/decision.ts'
import { type Policy, pick, type Way } from '../delivery/pick.ts'
import type { Hub } from '../hub.ts'
import type { Part } from '../message.ts'
import { activeConfig } from '../routing/active.ts'

export type Asking = { parts: readonly Part[]; via?: string | undefined; failed?: readonly string[]; seq: number }

export async function waysOf(hub: Hub, workspace: string): Promise<Way[]> {
  const ways: Way[] = []
  for (const connection of await listConnections(hub, workspace)) {
    const channel = hub.channels[connection.kind]
    if (!channel) continue
    const { id, kind, status, account } = connection
    ways.push({ connection: id, kind, title: channel.title, status, account, capabilities: channel.capabilities })
  }
  return ways
}

export async function decideWay(hub: Hub, workspace: string, state: State, asking: Asking): Promise<Decision> {
  const { config, version } = await activeConfig(hub, workspace)
  const policy: Policy = {
    ways: await waysOf(hub, workspace),
    order: config.order,
    via: asking.via,
    needs: asking.parts.map((part) => part.type),
    wordless: asking.parts.some((part) => part.type === 'template' && !part.text),
    failed: asking.failed ?? [],
    version,
    seq: asking.seq,
  }
  return pick(policy, state, hub.now())
}
