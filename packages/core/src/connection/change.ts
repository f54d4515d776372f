/** What an administrator does with a connection that stands: remove, check, pause, resume; and how it is shown. */
import type { Check, Connection } from '../connector.ts'
import { VisibleError } from '../error.ts'
import type { CallingHub, Hub } from '../hub.ts'
import { keys } from '../store/keys.ts'
import { callContext, callsOf, visible } from './call.ts'
import { existing, freeMailbox, write } from './connect.ts'
import type { Health } from './health.ts'
import { readConnection } from './read.ts'

/** The provider is told if it listens; ours is closed in any case. A tombstone without credentials keeps the name. Gives it as it was. */
export async function remove(hub: CallingHub, workspace: string, id: string): Promise<Connection> {
  const connection = await existing(hub, workspace, id)
  await callsOf(hub, connection.kind)
    .disconnect?.(connection, callContext(hub))
    .catch((error: unknown) => visible(hub, connection, error))
  await hub.store.delete(keys.hook(connection.hook))
  await freeMailbox(hub, connection)
  await write(hub, connection, { ...connection, status: 'deleted', version: connection.version + 1 })
  return connection
}

/** What is right and wrong now, in words; a check that cannot be made is itself something wrong. */
export async function check(hub: CallingHub, workspace: string, id: string): Promise<Check[]> {
  const connection = await existing(hub, workspace, id)
  try {
    return await callsOf(hub, connection.kind).check(connection, callContext(hub))
  } catch (error) {
    return [{ name: 'reach', ok: false, words: visible(hub, connection, error).words }]
  }
}

async function setStatus(hub: Hub, workspace: string, id: string, status: 'live' | 'paused'): Promise<Connection> {
  const connection = await existing(hub, workspace, id)
  if (connection.status === 'connecting') throw new VisibleError(409, 'still_connecting', 'This connection is not made yet.')
  return connection.status === status
    ? connection
    : write(hub, connection, { ...connection, status, version: connection.version + 1 })
}

export const pause = (hub: Hub, workspace: string, id: string): Promise<Connection> => setStatus(hub, workspace, id, 'paused')
export const resume = (hub: Hub, workspace: string, id: string): Promise<Connection> => setStatus(hub, workspace, id, 'live')

/** The provider no longer takes the credentials that were used. Others may have been given meanwhile: those are left alone. */
export async function markBroken(hub: Hub, used: Connection): Promise<void> {
  const now = await readConnection(hub, used.workspace, used.id, true)
  if (now?.version !== used.version || now.status !== 'live') return
  await write(hub, now, { ...now, status: 'broken', version: now.version + 1 }).catch((error: unknown) => {
    if (!(error instanceof VisibleError)) throw error
  })
}

export type ConnectionJson = {
  id: string
  kind: string
  name: string
  address: string
  status: string
  webhookUrl: string
  checks?: Check[]
  lastEventAt?: string
  lastError?: { at: string; words: string }
}

/** Names what goes out one by one: a field added to Connection stays inside until somebody writes it here. */
export function toJson(connection: Connection, seen: { checks?: Check[]; health?: Health } = {}): ConnectionJson {
  const { id, kind, name, address, status, hookUrl } = connection
  const { checks, health } = seen
  const json: ConnectionJson = { id, kind, name, address, status, webhookUrl: hookUrl }
  if (checks) json.checks = checks
  const lastEventAt = [health?.inAt, health?.outAt]
    .filter((at) => at !== undefined)
    .sort()
    .at(-1)
  if (lastEventAt) json.lastEventAt = lastEventAt
  if (health?.error) json.lastError = health.error
  return json
}
