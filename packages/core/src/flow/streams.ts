/** The stream and the customer's state together: what every flow begins with. */
import { foldAll } from '../customer/fold.ts'
import { partOf } from '../customer/merge.ts'
import { emptyState, type State, upgrade } from '../customer/state.ts'
import type { Entry } from '../entry.ts'
import type { Hub } from '../hub.ts'
import type { Place } from '../store/keys.ts'
import { entriesAfter } from '../stream/log.ts'
import { live, type Streams } from '../stream/seal.ts'
import { readSnapshot, type Snapshot } from '../stream/snapshot.ts'

export const stateIn = (snapshot: Snapshot): State => (snapshot.seq === 0 ? emptyState() : upgrade(snapshot.state))

/** The exact state of one log: its snapshot with the newer entries folded over it. */
export async function stateOf(hub: Hub, at: Place): Promise<{ state: State; seq: number; last?: Entry }> {
  const snapshot = await readSnapshot(hub.store, at)
  const newer: Entry[] = []
  for await (const entry of entriesAfter(hub.store, at, snapshot.seq)) newer.push(entry)
  const last = newer.at(-1)
  return { state: foldAll(stateIn(snapshot), newer), seq: last?.seq ?? snapshot.seq, ...(last ? { last } : {}) }
}

export const plainState = (state: State): Record<string, unknown> => JSON.parse(JSON.stringify(state))

export function streamsOf(hub: Hub, workspace: string): Streams {
  return {
    store: hub.store,
    workspace,
    now: hub.now,
    id: hub.id,
    fold: async (log, part) => {
      const { state } = await stateOf(hub, { workspace, log })
      if (part?.only) return plainState(partOf(state, (identity) => part.only?.includes(identity.key) ?? false))
      if (part?.without) return plainState(partOf(state, (identity) => !part.without?.includes(identity.key)))
      return plainState(state)
    },
  }
}

/** The live log of a customer and its exact state; undefined: erased. */
export async function liveState(hub: Hub, workspace: string, customer: string, who = '*') {
  const found = await live(streamsOf(hub, workspace), who, customer)
  if (!found) return undefined
  const at = { workspace, log: found.log }
  return { at, ...(await stateOf(hub, at)) }
}
