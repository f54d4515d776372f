/** What `npm run hub` can do, said in lines for a terminal. */
import { createApiKey } from '@throughline/core/agent/apiKey.ts'
import { createOneTimeLink, LINK_LONGEST } from '@throughline/core/agent/session.ts'
import { createWorkspace, listWorkspaces, type Workspace } from '@throughline/core/agent/workspace.ts'
import type { Hub } from '@throughline/core/hub.ts'
import { StartError } from './settings.ts'

/** The business that is there without being asked for: the sandbox's. */
export const DEFAULT = { id: 'demo', name: 'Demo' }

export const USAGE = `npm run hub -- workspace add NAME      another business: its id, an API key and an admin link
npm run hub -- workspace list
npm run hub -- admin-link [WORKSPACE]    a link that works once
npm run hub -- api-key NAME [WORKSPACE]  a new API key under this name`

export async function adminLink(hub: Hub, workspace: string): Promise<string> {
  const token = await createOneTimeLink(hub, workspace, { agent: 'admin', name: 'Admin', role: 'admin' }, LINK_LONGEST)
  return `${hub.publicUrl}/admin/${token}`
}

async function find(hub: Hub, wanted: string | undefined): Promise<Workspace> {
  const all = await listWorkspaces(hub)
  const name = wanted ?? DEFAULT.id
  const found = all.filter((one) => one.id === name || one.name === name)
  const [first, second] = found
  if (first && !second) return first
  if (second) throw new StartError(`Several workspaces are called ${name}. Use the id: ${found.map(({ id }) => id).join(', ')}`)
  const known = all.map(({ id, name: known }) => `${known} (${id})`).join(', ') || 'none yet: run npm start once'
  throw new StartError(`There is no workspace ${name}. There are: ${known}`)
}

export async function runCommand(hub: Hub, words: readonly string[]): Promise<string[]> {
  const [command, ...rest] = words
  if (command === 'workspace' && rest[0] === 'add' && rest[1]) {
    const { id } = await createWorkspace(hub, rest.slice(1).join(' '))
    const key = await createApiKey(hub, id, 'first')
    return [`id          ${id}`, `API key     ${key}`, `admin link  ${await adminLink(hub, id)}`]
  }
  if (command === 'workspace' && rest[0] === 'list') {
    return (await listWorkspaces(hub)).map(({ id, name, createdAt }) => `${id}  ${name}  (since ${createdAt.slice(0, 10)})`)
  }
  if (command === 'admin-link') return [await adminLink(hub, (await find(hub, rest[0])).id)]
  if (command === 'api-key' && rest[0]) return [await createApiKey(hub, (await find(hub, rest[1])).id, rest[0])]
  throw new StartError(USAGE)
}
