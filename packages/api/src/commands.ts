/** What an operator says at a terminal, on a laptop or to a deployed hub, answered in lines. */
import { createApiKey } from '@throughline/core/agent/apiKey.ts'
import { createOneTimeLink, LINK_LONGEST } from '@throughline/core/agent/session.ts'
import { createWorkspace, listWorkspaces, type Workspace } from '@throughline/core/agent/workspace.ts'
import { VisibleError } from '@throughline/core/error.ts'
import type { Hub } from '@throughline/core/hub.ts'

/** Where the words are said: what stands before them there, and the workspace that is meant where none is named. */
export type Terminal = { program: string; workspace?: string }

const usage = (program: string) => `${program} workspace add NAME      another business: its id, an API key and an admin link
${program} workspace list
${program} admin-link [WORKSPACE]    a link that works once, for a day
${program} api-key NAME [WORKSPACE]  a new API key under this name`

export async function adminLink(hub: Hub, workspace: string): Promise<string> {
  const token = await createOneTimeLink(hub, workspace, { agent: 'admin', name: 'Admin', role: 'admin' }, LINK_LONGEST)
  return `${hub.publicUrl}/admin/${token}`
}

/** By id or name; the only one where none is named. */
async function find(hub: Hub, { workspace }: Terminal, named: string | undefined): Promise<Workspace> {
  const all = await listWorkspaces(hub)
  const wanted = named ?? workspace
  const [first, second] = wanted === undefined ? all : all.filter((one) => one.id === wanted || one.name === wanted)
  if (first && !second) return first
  const known = all.map(({ id, name }) => `${name} (${id})`).join(', ')
  if (!known) throw new VisibleError(404, 'unknown_workspace', 'There is no workspace yet. Add one: workspace add NAME')
  if (second) throw new VisibleError(422, 'which_workspace', `Which workspace? Name its id. There are: ${known}`)
  throw new VisibleError(404, 'unknown_workspace', `There is no workspace ${wanted}. There are: ${known}`)
}

export async function runCommand(hub: Hub, words: readonly string[], terminal: Terminal): Promise<string[]> {
  const [command, ...rest] = words
  if (command === 'workspace' && rest[0] === 'add' && rest[1]) {
    const { id } = await createWorkspace(hub, rest.slice(1).join(' '))
    const key = await createApiKey(hub, id, 'first')
    return [`id          ${id}`, `API key     ${key}`, `admin link  ${await adminLink(hub, id)}`]
  }
  if (command === 'workspace' && rest[0] === 'list') {
    return (await listWorkspaces(hub)).map(({ id, name, createdAt }) => `${id}  ${name}  (since ${createdAt.slice(0, 10)})`)
  }
  if (command === 'admin-link') return [await adminLink(hub, (await find(hub, terminal, rest[0])).id)]
  if (command === 'api-key' && rest[0]) return [await createApiKey(hub, (await find(hub, terminal, rest[1])).id, rest[0])]
  throw new VisibleError(422, 'usage', usage(terminal.program))
}
