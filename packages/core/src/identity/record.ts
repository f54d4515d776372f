/**
 * Identity records: key -> log. The first put is the arbiter of who a new address is, and nothing else is needed for a customer to exist.
 * A record may name a log that was sealed since: readers follow its seals.
 */
import * as z from 'zod/mini'
import { keys } from '../store/keys.ts'
import type { Store } from '../store/store.ts'

const Stored = z.object({ log: z.string() })

export async function findLog(store: Store, workspace: string, identity: string): Promise<string | undefined> {
  const item = await store.get(keys.identity(workspace, identity))
  return item && Stored.parse(item).log
}

/** The identity's log; a new identity gets the new one. */
export async function findOrOpen(store: Store, workspace: string, identity: string, newLog: () => string): Promise<string> {
  const known = await findLog(store, workspace, identity)
  if (known) return known
  const log = newLog()
  if (await store.put({ ...keys.identity(workspace, identity), log }, { absent: true })) return log
  return (await findLog(store, workspace, identity)) ?? findOrOpen(store, workspace, identity, newLog)
}

/** Moves a record on if nobody did so meanwhile: to the live log (route), or to a new one after an erasure. */
export function moveOn(store: Store, workspace: string, identity: string, from: string, to: string): Promise<boolean> {
  return store.update(keys.identity(workspace, identity), { log: to }, { equals: { log: from } })
}

/**
 * Who proved first to have this phone or e-mail: their log. The second one learns of the first, in whichever order they came.
 * The winner of the put is the first; both then look at the same record.
 */
export async function claimProof(store: Store, workspace: string, of: string, value: string, log: string): Promise<string> {
  const key = keys.proof(workspace, of, value)
  if (await store.put({ ...key, log }, { absent: true })) return log
  const item = await store.get(key)
  return item ? Stored.parse(item).log : claimProof(store, workspace, of, value, log)
}

/** After an erasure the proof belongs to whoever shows it next. */
export function moveProof(
  store: Store,
  workspace: string,
  of: string,
  value: string,
  from: string,
  to: string,
): Promise<boolean> {
  return store.update(keys.proof(workspace, of, value), { log: to }, { equals: { log: from } })
}
