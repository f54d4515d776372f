/** The operator's command line to a deployed hub: a process of its own, told by the environment or by SST's links, at a table of its own. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { readApiKey } from '@throughline/core/agent/apiKey.ts'
import { readSession, redeem } from '@throughline/core/agent/session.ts'
import { listWorkspaces } from '@throughline/core/agent/workspace.ts'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Cloud, startCloud } from './cloud.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

let cloud: Cloud
beforeEach(async () => {
  cloud = await startCloud()
})
afterEach(() => cloud.stop())

type Said = { code: number | string | null | undefined; out: string; err: string }
function say(words: string[], env: Record<string, string>): Promise<Said> {
  const options = { cwd: ROOT, env: { PATH: process.env.PATH, ...env }, timeout: 30_000 }
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', 'functions/admin.ts', ...words], options, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    )
  })
}
const field = ({ out }: Said, name: string) => new RegExp(`^${name} +(\\S+)$`, 'm').exec(out)?.[1] ?? ''

/** As `sst shell` hands over what infra/ links. */
function linked({ HUB_TABLE, HUB_BUCKET, HUB_PUBLIC_URL, HUB_KEYS, ...env }: Record<string, string>): Record<string, string> {
  const queues = {
    route: env.HUB_QUEUE_ROUTE,
    fetch: env.HUB_QUEUE_FETCH,
    deliver: env.HUB_QUEUE_DELIVER,
    mirror: env.HUB_QUEUE_MIRROR,
  }
  const others = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('HUB_')))
  return {
    ...others,
    SST_RESOURCE_App: JSON.stringify({ name: 'throughline', stage: 'production' }),
    SST_RESOURCE_HubSettings: JSON.stringify({ table: HUB_TABLE, bucket: HUB_BUCKET, publicUrl: HUB_PUBLIC_URL, queues }),
    SST_RESOURCE_HubKeys: JSON.stringify({ value: HUB_KEYS }),
  }
}

it('adds the first workspace, with a key that opens REST and a link that lets its admin in once', async () => {
  const added = await say(['workspace', 'add', 'Blue', 'shop'], cloud.env)
  expect([added.code, added.err]).toEqual([0, ''])
  const id = field(added, 'id')
  expect(await listWorkspaces(cloud.hub)).toMatchObject([{ id, name: 'Blue shop' }])
  expect(await readApiKey(cloud.hub, field(added, 'API key'))).toMatchObject({ workspace: id, name: 'first' })

  const link = field(added, 'admin link')
  const [before, token = ''] = link.split('/admin/')
  expect(before).toBe(cloud.hub.publicUrl)
  const session = await redeem(cloud.hub, token)
  expect(await readSession(cloud.hub, session ?? '')).toMatchObject({ workspace: id, role: 'admin' })
  expect(await redeem(cloud.hub, token)).toBeUndefined()
})

it('is told where by SST’s links too; the only workspace need not be named, one of two must be', async () => {
  const links = linked(cloud.env)
  expect(await say(['admin-link'], links)).toMatchObject({ code: 1, out: '', err: expect.stringContaining('workspace add NAME') })
  const first = field(await say(['workspace', 'add', 'One'], links), 'id')
  const link = await say(['admin-link'], links)
  expect(await redeem(cloud.hub, link.out.trim().split('/admin/')[1] ?? '')).toBeDefined()

  await say(['workspace', 'add', 'Two'], links)
  const lost = await say(['api-key', 'script'], links)
  expect([lost.code, lost.out, lost.err.includes(`One (${first})`)]).toEqual([1, '', true])
  const key = await say(['api-key', 'script', 'One'], links)
  expect(await readApiKey(cloud.hub, key.out.trim())).toMatchObject({ workspace: first, name: 'script' })
  expect((await say(['workspace', 'list'], links)).out.split('\n').slice(0, 2)).toEqual([
    expect.stringContaining('One'),
    expect.stringContaining('Two'),
  ])
})

it('says what it can do, and what it needs, without a value that is a secret', async () => {
  const lost = await say([], cloud.env)
  expect([lost.code, lost.out]).toEqual([1, ''])
  expect(lost.err).toContain('npm run hub:remote -- workspace add NAME')
  const { HUB_TABLE: _, ...env } = cloud.env
  const untold = await say(['workspace', 'list'], env)
  expect([untold.code, untold.out]).toEqual([1, ''])
  expect(untold.err).toMatch(/settings: table: .*\n.*npx sst shell/s)
  expect(untold.err).not.toContain(cloud.env.HUB_KEYS)
})
