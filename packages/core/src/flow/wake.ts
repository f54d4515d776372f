/** After a connection is back (made, resumed, credentials replaced): every customer's subscribers are poked, so that what waited goes on. */
import { isDeepStrictEqual } from 'node:util'
import { listByKind } from '../connection/read.ts'
import type { Connection } from '../connector.ts'
import type { Hub } from '../hub.ts'
import { keys, LIST_SHARDS } from '../store/keys.ts'
import { heal } from './heal.ts'

const PAGE = 100

/** A new connection takes over what waits for one of the same account that is broken or paused. */
export async function wakeBeside(hub: Hub, made: Connection): Promise<void> {
  const alike = await listByKind(hub, made.workspace, made.kind)
  const waiting = alike.some(({ account, status }) => account === made.account && (status === 'broken' || status === 'paused'))
  if (waiting) await wake(hub, made.workspace)
}

/** Not for a new name: to poke everybody is work for every customer of the workspace. */
export async function wakeAfter(hub: Hub, before: Connection, after: Connection): Promise<void> {
  if (after.status !== 'live') return
  const as = ({ status, settings, credentials }: Connection) => ({ status, settings, credentials })
  if (!isDeepStrictEqual(as(before), as(after))) await wake(hub, after.workspace)
}

export async function wake(hub: Hub, workspace: string): Promise<void> {
  for (const status of ['open', 'closed']) {
    for (let shard = 0; shard < LIST_SHARDS; shard++) await wakeShard(hub, workspace, keys.list(workspace, status, shard))
  }
}

async function wakeShard(hub: Hub, workspace: string, listPk: string): Promise<void> {
  for (let after: string | undefined; ; ) {
    const items = await hub.store.list(listPk, { limit: PAGE, ...(after ? { after } : {}) })
    for (const item of items) await heal(hub, { workspace, log: item.pk.slice(keys.log({ workspace, log: '' }).length) })
    const last = items.at(-1)
    if (!last?.listSk || items.length < PAGE) return
    after = last.listSk
  }
}
