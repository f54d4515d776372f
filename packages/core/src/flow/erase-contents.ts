/** After the seal: the contents of all that led to it are removed. Safe to repeat, and repeated by itself when all workers of that time are gone. */

import type { State } from '../customer/state.ts'
import type { Hub } from '../hub.ts'
import type { Place } from '../store/keys.ts'
import type { Past } from '../stream/past.ts'
import { readSnapshot, type Snapshot } from '../stream/snapshot.ts'
import { putDue } from './due.ts'
import { dropProofs, eraseBesides, erasePart, eraseWhole } from './erase-log.ts'

/** A worker that began before the seal ends within this time, and may still write what it knew. */
const LATE_MS = 10 * 60_000

export async function eraseContents(hub: Hub, workspace: string, past: readonly Past[]): Promise<void> {
  const logs = past.map(({ log }) => log)
  // The log that bears the seal comes last: until all is done, route finds the seal before it and does the rest.
  for (const { log, mine } of past.toReversed()) {
    const at = { workspace, log }
    if (mine) await erasePart({ hub, at, logs }, mine)
    else {
      await putDue(hub, { to: 'route', ...at }, hub.now() + LATE_MS)
      await eraseWhole({ hub, at, logs })
    }
  }
}

/** What route does with a log of which it has read everything. */
export async function sweep(hub: Hub, at: Place, snapshot: Snapshot): Promise<void> {
  if (snapshot.gone) await eraseBesides(hub, at)
}

/** What route does when its snapshot came too late: proofs that it claimed since the erasure go too. */
export async function unclaim(hub: Hub, at: Place, state: State): Promise<void> {
  if ((await readSnapshot(hub.store, at)).gone) await dropProofs({ hub, at, logs: [at.log] }, state)
}
