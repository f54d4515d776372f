/** Keys for programs, each for one workspace. Shown once, when made. */
import * as z from 'zod/mini'
import { VisibleError } from '../error.ts'
import type { Hub } from '../hub.ts'
import { keys } from '../store/keys.ts'
import { hashOf, newToken } from './token.ts'

export type ApiKey = { id: string; workspace: string; name: string; createdAt: string }

const Stored = z.object({ id: z.string(), workspace: z.string(), name: z.string(), createdAt: z.string() })

/** `chosen`: an operator sets the key instead of us (HUB_API_KEY); the same twice is one key. */
export async function createApiKey(hub: Hub, workspace: string, name: string, chosen?: string): Promise<string> {
  if (chosen !== undefined && chosen.length < 16) {
    throw new VisibleError(422, 'weak_key', 'An API key needs at least 16 characters.')
  }
  const plain = chosen ?? newToken('tl_')
  const createdAt = new Date(hub.now()).toISOString()
  const fresh = await hub.store.put({ ...keys.apiKey(hashOf(plain)), id: hub.id(), workspace, name, createdAt }, { absent: true })
  if (!fresh && (await readApiKey(hub, plain))?.workspace !== workspace) {
    throw new VisibleError(409, 'key_taken', 'This API key already belongs to another workspace.')
  }
  return plain
}

export async function readApiKey(hub: Hub, plain: string): Promise<ApiKey | undefined> {
  const item = await hub.store.get(keys.apiKey(hashOf(plain)))
  return item && Stored.parse(item)
}

export async function deleteApiKey(hub: Hub, plain: string): Promise<void> {
  await hub.store.delete(keys.apiKey(hashOf(plain)))
}
