/** Bearer API keys: a key names its workspace, and that is the only way to name one. */
import { readApiKey } from '@throughline/core/agent/apiKey.ts'
import { VisibleError } from '@throughline/core/error.ts'
import type { Hub } from '@throughline/core/hub.ts'
import type { Caller } from './route.ts'

const BEARER = /^Bearer +(\S+) *$/i

export async function callerOf(hub: Hub, authorization: string | undefined): Promise<Caller> {
  const plain = BEARER.exec(authorization ?? '')?.[1]
  if (!plain) throw new VisibleError(401, 'missing_key', 'Send an API key: "Authorization: Bearer tl_…".')
  const key = await readApiKey(hub, plain)
  if (!key) throw new VisibleError(401, 'unknown_key', 'This API key is not known here.')
  return { workspace: key.workspace, author: { kind: 'api', id: key.id, name: key.name } }
}

/** Of routes that ask for no key; nothing lies under an empty workspace. */
export const nobody: Caller = { workspace: '', author: { kind: 'api', id: '' } }
