import { beforeEach, expect, test } from 'vitest'
import { agentFor } from '../src/agent/agent.ts'
import { createApiKey, deleteApiKey, readApiKey } from '../src/agent/apiKey.ts'
import { createOneTimeLink, endSession, readSession, redeem } from '../src/agent/session.ts'
import { createWorkspace, listWorkspaces, readWorkspace } from '../src/agent/workspace.ts'
import type { Hub } from '../src/hub.ts'
import { idMaker } from '../src/id.ts'
import { memoryStore } from '../src/store/memory.ts'
import type { Item } from '../src/store/store.ts'

let now = Date.UTC(2026, 7, 1)
let written: Item[] = []
let hub: Hub

beforeEach(() => {
  written = []
  const store = memoryStore({ now: () => now })
  hub = {
    store: {
      ...store,
      put: (item, when) => {
        written.push(item)
        return store.put(item, when)
      },
    },
    queue: { send: async () => {} },
    blobs: { put: async () => {}, get: async () => undefined, delete: async () => {} },
    secrets: { seal: async (plain) => plain, open: async (sealed) => sealed, sign: (text) => text },
    channels: {},
    tools: {},
    config: { timezone: 'UTC', order: [], language: 'en', rules: [] },
    publicUrl: 'https://hub.example',
    now: () => now,
    id: idMaker(() => now),
    logger: { info: () => {}, warn: () => {}, error: () => {} },
  }
})

test('an API key opens its workspace, is stored as a hash alone, and ends when deleted', async () => {
  const plain = await createApiKey(hub, 'w1', 'orders')
  expect(plain).toMatch(/^tl_[\w-]{43}$/)
  expect(await readApiKey(hub, plain)).toMatchObject({ workspace: 'w1', name: 'orders' })
  expect(JSON.stringify(written)).not.toContain(plain)
  expect(await readApiKey(hub, `${plain}x`)).toBeUndefined()
  expect(await readApiKey(hub, '')).toBeUndefined()
  await deleteApiKey(hub, plain)
  expect(await readApiKey(hub, plain)).toBeUndefined()
})

test('an operator may choose the key; it stays one key and cannot be given to a second workspace', async () => {
  const chosen = 'a-key-from-the-environment'
  expect(await createApiKey(hub, 'w1', 'first', chosen)).toBe(chosen)
  expect(await createApiKey(hub, 'w1', 'again', chosen)).toBe(chosen)
  expect(await readApiKey(hub, chosen)).toMatchObject({ workspace: 'w1', name: 'first' })
  await expect(createApiKey(hub, 'w2', 'theirs', chosen)).rejects.toMatchObject({ status: 409, code: 'key_taken' })
  await expect(createApiKey(hub, 'w1', 'short', 'short')).rejects.toMatchObject({ status: 422, code: 'weak_key' })
})

test('a one-time link works once, whoever comes at the same moment', async () => {
  const token = await createOneTimeLink(hub, 'w1', { name: 'Ada', role: 'admin' })
  const sessions = await Promise.all(Array.from({ length: 8 }, () => redeem(hub, token)))
  const [session, ...more] = sessions.filter((found) => found !== undefined)
  expect(more).toEqual([])
  expect(session && (await readSession(hub, session))).toMatchObject({ workspace: 'w1', name: 'Ada', role: 'admin' })
  expect(await redeem(hub, token)).toBeUndefined()
  expect(JSON.stringify(written)).not.toContain(token)
  expect(JSON.stringify(written)).not.toContain(session)
})

test('links live from a quarter of an hour to a day, sessions seven days or until ended', async () => {
  const short = await createOneTimeLink(hub, 'w1', { name: 'Ada', role: 'agent' }, 1)
  const long = await createOneTimeLink(hub, 'w1', { name: 'Ada', role: 'agent' }, 1e9)
  now += 14 * 60_000
  const session = await redeem(hub, short)
  now += 24 * 3_600_000
  expect(await redeem(hub, long)).toBeUndefined()
  expect(session && (await readSession(hub, session))).toMatchObject({ name: 'Ada' })
  now += 6 * 24 * 3_600_000
  expect(session && (await readSession(hub, session))).toBeUndefined()
  const other = await redeem(hub, await createOneTimeLink(hub, 'w1', { name: 'Bo', role: 'agent', agent: 'bo' }))
  expect(other && (await readSession(hub, other))).toMatchObject({ agent: 'bo' })
  await endSession(hub, other ?? '')
  expect(await readSession(hub, other ?? '')).toBeUndefined()
})

test('workspaces are listed, and a chosen id is one workspace however often it is made', async () => {
  await createWorkspace(hub, 'Shop', 'main')
  await createWorkspace(hub, 'Shop again', 'main')
  const { id } = await createWorkspace(hub, 'Bakery')
  expect((await listWorkspaces(hub)).map(({ name }) => name).sort()).toEqual(['Bakery', 'Shop'])
  expect(await readWorkspace(hub, id)).toMatchObject({ name: 'Bakery' })
  await expect(createWorkspace(hub, 'x', 'a#b')).rejects.toMatchObject({ code: 'bad_id' })
})

test('a tool names an agent once; later events bear the id alone', async () => {
  expect(await agentFor(hub, 'w1', { id: 'slack1' }, { id: 'U1', name: 'Ada' })).toEqual({
    kind: 'agent',
    id: 'slack1:U1',
    name: 'Ada',
    tool: 'slack1',
  })
  expect(await agentFor(hub, 'w1', { id: 'slack1' }, { id: 'U1' })).toMatchObject({ name: 'Ada' })
  const elsewhere = { ...hub, store: { ...hub.store } }
  expect(await agentFor(elsewhere, 'w1', { id: 'slack1' }, { id: 'U1' })).toMatchObject({ name: 'Ada' })
  expect(await agentFor(elsewhere, 'w2', { id: 'slack1' }, { id: 'U1' })).not.toHaveProperty('name')
  expect(await agentFor(hub, 'w1', { id: 'slack2' }, { id: 'U1' })).toEqual({ kind: 'agent', id: 'slack2:U1', tool: 'slack2' })
})
