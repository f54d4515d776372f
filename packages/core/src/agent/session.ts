/** How a person comes in: a link that works once becomes a session cookie. */
import * as z from 'zod/mini'
import type { Hub } from '../hub.ts'
import { keys } from '../store/keys.ts'
import { hashOf, newToken } from './token.ts'

export const Role = z.enum(['admin', 'agent'])
export type Role = z.infer<typeof Role>

/** `agent`: the person's id in the workspace; a link without one makes a new person. */
export type Person = { agent?: string; name: string; role: Role }
export type Session = { workspace: string; agent: string; name: string; role: Role; expiresAt: number }

const MINUTE = 60
const DAY = 24 * 60 * MINUTE
/** A link is fetched by mail scanners, pasted in chats: short by default, a day at most. Seconds. */
export const LINK_SHORTEST = 15 * MINUTE
export const LINK_LONGEST = DAY
export const SESSION_SECONDS = 7 * DAY

const StoredLink = z.object({ workspace: z.string(), agent: z.string(), name: z.string(), role: Role })
const StoredSession = z.object({ ...StoredLink.shape, expiresAt: z.number() })

const inSeconds = (hub: Hub, seconds: number) => Math.floor(hub.now() / 1000) + seconds

export async function createOneTimeLink(hub: Hub, workspace: string, person: Person, seconds = LINK_SHORTEST): Promise<string> {
  const token = newToken('')
  const expiresAt = inSeconds(hub, Math.min(Math.max(seconds, LINK_SHORTEST), LINK_LONGEST))
  const { agent = hub.id(), name, role } = person
  await hub.store.put({ ...keys.oneTime(hashOf(token)), workspace, agent, name, role, expiresAt }, { absent: true })
  return token
}

/**
 * The session's token. Undefined: unknown, too old, or already used; of two at once the delete lets one through. The session stands before
 * the link goes: whoever dies in between leaves a link that still works, and a session that nobody knows.
 */
export async function redeem(hub: Hub, token: string): Promise<string | undefined> {
  const key = keys.oneTime(hashOf(token))
  const item = await hub.store.get(key)
  if (!item) return undefined
  const { workspace, ...person } = StoredLink.parse(item)
  const session = await createSession(hub, workspace, person)
  if (await hub.store.delete(key, { equals: { agent: person.agent } })) return session
  await endSession(hub, session)
  return undefined
}

export async function createSession(hub: Hub, workspace: string, person: Person): Promise<string> {
  const token = newToken('')
  const { agent = hub.id(), name, role } = person
  await hub.store.update(keys.agent(workspace, agent), { workspace, name, role })
  const expiresAt = inSeconds(hub, SESSION_SECONDS)
  await hub.store.put({ ...keys.session(hashOf(token)), workspace, agent, name, role, expiresAt }, { absent: true })
  return token
}

export async function readSession(hub: Hub, token: string): Promise<Session | undefined> {
  const item = await hub.store.get(keys.session(hashOf(token)))
  return item && StoredSession.parse(item)
}

export async function endSession(hub: Hub, token: string): Promise<void> {
  await hub.store.delete(keys.session(hashOf(token)))
}
