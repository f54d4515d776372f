import { beforeEach, expect, test } from 'vitest'
import * as z from 'zod/mini'
import type { Capabilities, Channel, ChannelCalls } from '../src/channel.ts'
import { check, pause, remove, resume, toJson } from '../src/connection/change.ts'
import { connect, patch } from '../src/connection/connect.ts'
import { noteEvent, readHealths } from '../src/connection/health.ts'
import { connectionByHook, connectionByMailbox, listConnections, readConnection } from '../src/connection/read.ts'
import type { Connected, Connection } from '../src/connector.ts'
import { VisibleError } from '../src/error.ts'
import type { CallingHub } from '../src/hub.ts'
import { idMaker } from '../src/id.ts'
import { keyring, newKey } from '../src/secrets/keyring.ts'
import { keys } from '../src/store/keys.ts'
import { memoryStore } from '../src/store/memory.ts'
import type { Store } from '../src/store/store.ts'

const capabilities: Capabilities = {
  maxText: 1000,
  maxCaption: 0,
  media: {},
  mediaBy: 'upload',
  location: false,
  contact: false,
  buttons: 0,
  formatting: false,
  bundles: false,
  writeFirst: true,
  receipts: 'none',
  edits: false,
  deletions: false,
  reactions: false,
  typing: false,
  idempotentSend: false,
  scope: 'connection',
}

/** A carrier pigeon: the smallest channel. Its loft is the account. */
const pigeon: Channel = {
  kind: 'pigeon',
  title: 'Carrier pigeon',
  hint: 'The loft and its ring.',
  settings: z.object({ loft: z._default(z.string(), 'north') }),
  credentials: z.object({ ring: z.string().check(z.minLength(3)) }),
  secrets: ['ring'],
  capabilities,
  verify: () => true,
  parse: () => [],
}
const post: Channel = {
  ...pigeon,
  kind: 'post',
  title: 'Post',
  capabilities: { ...capabilities, addresses: 'email', scope: 'global' },
}

const ring = keyring(newKey())
let now = Date.UTC(2026, 7, 1)
let seen: Connection[] = []
let left: Connection[] = []
let onConnect: (connection: Connection) => Promise<Connected> | Connected
let ops: string[] = []

const calls: ChannelCalls = {
  async connect(connection) {
    seen.push(connection)
    return onConnect(connection)
  },
  async check(connection) {
    if (connection.credentials.ring === 'lost') throw new Error('no answer from 10.0.0.1')
    return [{ name: 'ring', ok: true, words: 'The ring fits.' }]
  },
  async disconnect(connection) {
    left.push(connection)
  },
  classify: () => ({ code: 'providerDown', again: 'now', certain: true, words: 'The loft does not answer.' }),
  async send() {
    return { id: '1' }
  },
}

/** The store with a list of what was asked of it. */
function counted(store: Store): Store {
  const counting =
    <A extends unknown[], R>(name: string, verb: (...args: A) => R) =>
    (...args: A): R => {
      ops.push(name)
      return verb(...args)
    }
  return {
    get: counting('get', store.get),
    getMany: counting('getMany', store.getMany),
    put: counting('put', store.put),
    update: counting('update', store.update),
    delete: counting('delete', store.delete),
    query: counting('query', store.query),
    list: counting('list', store.list),
  }
}

const newHub = (store: Store = counted(memoryStore({ now: () => now }))): CallingHub => ({
  store,
  queue: { send: async () => {} },
  blobs: { put: async () => {}, get: async () => undefined, delete: async () => {} },
  secrets: ring,
  channels: { pigeon, post },
  tools: {},
  channelCalls: { pigeon: calls, post: calls },
  toolCalls: {},
  config: { timezone: 'UTC', order: [], language: 'en', rules: [] },
  publicUrl: 'https://hub.example',
  now: () => now,
  id: idMaker(() => now),
  logger: { info: () => {}, warn: () => {}, error: () => {} },
  fetch,
  guardedFetch: fetch,
})

let hub: CallingHub
beforeEach(() => {
  hub = newHub()
  seen = []
  left = []
  onConnect = (connection) => ({ account: `loft:${connection.credentials.ring}`, address: '@loft', name: 'Loft' })
})

const wanted = (more: object = {}) => ({ kind: 'pigeon', name: 'Our loft', credentials: { ring: 'R-77-secret' }, ...more })
const code = async (doing: Promise<unknown>): Promise<string> => {
  const error = await doing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return error instanceof VisibleError ? `${error.status} ${error.code}: ${error.words}` : String(error)
}

/** Everything of a workspace and the given hook, as the table holds it. */
const kept = async (workspace: string, hook = '') => [
  ...(await hub.store.query(`W#${workspace}`, { prefix: '' })),
  ...(hook ? await hub.store.query(keys.hook(hook).pk, { prefix: '' }) : []),
]

test('a connection is proved with the provider, then live, and found by id, hook and list', async () => {
  const { connection } = await connect(hub, 'w1', wanted())
  expect(connection).toMatchObject({
    status: 'live',
    account: 'loft:R-77-secret',
    address: '@loft',
    name: 'Our loft',
    settings: { loft: 'north' },
  })
  expect(connection.hook).toMatch(/^[\w-]{22}$/)
  expect(connection.secret).toMatch(/^[\w-]{43}$/)
  expect(connection.hookUrl).toBe(`https://hub.example/hooks/${connection.hook}`)
  expect(await readConnection(hub, 'w1', connection.id)).toEqual(connection)
  expect(await connectionByHook(hub, connection.hook)).toEqual(connection)
  expect(await listConnections(hub, 'w1')).toEqual([connection])
  expect(await connectionByHook(hub, 'nobody')).toBeUndefined()
})

test('the provider may call back while connecting: record and hook are there before connect is called', async () => {
  let early: Connection | undefined
  const elsewhere = newHub({ ...hub.store })
  onConnect = async (connection) => {
    early = await connectionByHook(elsewhere, connection.hook)
    return { account: 'a', address: '@a' }
  }
  const { connection } = await connect(hub, 'w1', wanted())
  expect(early).toMatchObject({ status: 'connecting', id: connection.id, credentials: { ring: 'R-77-secret' }, account: '' })
  for (const process of [hub, elsewhere]) {
    expect(await connectionByHook(process, connection.hook)).toMatchObject({ status: 'live', account: 'a' })
  }
})

test('nothing of the account lies open in the table, and a ciphertext opens only in its place', async () => {
  const { connection } = await connect(hub, 'w1', wanted({ settings: { loft: 'hidden-south' } }))
  const stored = JSON.stringify(await kept('w1', connection.hook))
  expect(stored).toContain('Our loft')
  for (const secret of ['ring', 'hidden-south', connection.secret]) expect(stored).not.toContain(secret)
  const item = await hub.store.get(keys.connection('w1', connection.id))
  await hub.store.put({ ...item, ...keys.connection('w2', connection.id), workspace: 'w2' })
  expect(await readConnection(hub, 'w2', connection.id)).toMatchObject({ status: 'broken', credentials: {} })
})

test('a failed connect leaves nothing and passes the words on', async () => {
  onConnect = () => {
    throw new VisibleError(422, 'bad_token', 'The ring is not ours.')
  }
  expect(await code(connect(hub, 'w1', wanted()))).toBe('422 bad_token: The ring is not ours.')
  onConnect = () => Promise.reject(new Error('ECONNREFUSED 10.0.0.1'))
  expect(await code(connect(hub, 'w1', wanted()))).toBe('502 connect_failed: The loft does not answer.')
  expect(seen).toHaveLength(2)
  for (const { hook } of seen) expect(await kept('w1', hook)).toEqual([])
})

test('an attempt whose process died is gone an hour later', async () => {
  onConnect = () => new Promise<Connected>(() => {})
  void connect(hub, 'w1', wanted())
  await expect.poll(() => seen.length).toBe(1)
  expect(await listConnections(hub, 'w1')).toMatchObject([{ status: 'connecting' }])
  expect(await code(resume(hub, 'w1', seen[0]?.id ?? ''))).toMatch(/^409 still_connecting/)
  now += 3_700_000
  expect(await kept('w1', seen[0]?.hook)).toEqual([])
})

test('bad input is refused with its path before anything is stored', async () => {
  expect(await code(connect(hub, 'w1', wanted({ kind: 'constructor' })))).toMatch(/^422 unknown_kind/)
  expect(await code(connect(hub, 'w1', wanted({ credentials: { ring: 'x' } })))).toMatch(/^400 bad_request: credentials\.ring/)
  expect(await code(connect(hub, 'w1', wanted({ credentials: 'ring' })))).toMatch(/^400 bad_request: credentials/)
  expect(await code(connect(hub, 'w1', wanted({ settings: { loft: 7 } })))).toMatch(/^400 bad_request: settings\.loft/)
  expect(await kept('w1')).toEqual([])
})

test('one mailbox leads to one connection of the whole hub', async () => {
  onConnect = () => ({ account: 'a', address: 'Support@Shop.example' })
  const { connection } = await connect(hub, 'w1', wanted({ kind: 'post' }))
  expect(await connectionByMailbox(hub, 'SUPPORT@shop.example')).toEqual(connection)
  expect(await code(connect(hub, 'w2', wanted({ kind: 'post' })))).toMatch(/^422 mailbox_taken/)
  expect(await kept('w2')).toEqual([])
  onConnect = () => ({ account: 'a', address: 'help@shop.example' })
  await patch(hub, 'w1', connection.id, { settings: { loft: 'south' } })
  expect(await connectionByMailbox(hub, 'help@shop.example')).toMatchObject({ id: connection.id })
  expect(await connectionByMailbox(hub, 'support@shop.example')).toBeUndefined()
  await remove(hub, 'w1', connection.id)
  expect(await connectionByMailbox(hub, 'help@shop.example')).toBeUndefined()
  expect(await code(connect(hub, 'w2', wanted({ kind: 'post' })))).toBe('undefined')
})

test('patch keeps hook and secret, proves new credentials, and goes back to the old ones when they fail', async () => {
  onConnect = () => ({ account: 'same', address: '@loft' })
  const { connection } = await connect(hub, 'w1', wanted())
  await patch(hub, 'w1', connection.id, { name: 'North loft' })
  expect(seen).toHaveLength(1)
  const { connection: changed } = await patch(hub, 'w1', connection.id, { credentials: { ring: 'R-78' } })
  expect(changed).toMatchObject({
    name: 'North loft',
    hook: connection.hook,
    secret: connection.secret,
    credentials: { ring: 'R-78' },
  })
  onConnect = () => {
    throw new VisibleError(422, 'bad_token', 'No.')
  }
  expect(await code(patch(hub, 'w1', connection.id, { credentials: { ring: 'R-79' } }))).toMatch(/^422 bad_token/)
  onConnect = () => ({ account: 'another', address: '@loft' })
  expect(await code(patch(hub, 'w1', connection.id, { credentials: { ring: 'R-80' } }))).toMatch(/^422 another_account/)
  expect(await readConnection(hub, 'w1', connection.id)).toMatchObject({ status: 'live', credentials: { ring: 'R-78' } })
  expect(await code(patch(hub, 'w2', connection.id, { name: 'Mine' }))).toMatch(/^404 unknown_connection/)
})

test('remove leaves a tombstone with a name and without credentials', async () => {
  const { connection } = await connect(hub, 'w1', wanted())
  expect(await code(remove(hub, 'w2', connection.id))).toMatch(/^404 unknown_connection/)
  await remove(hub, 'w1', connection.id)
  expect(left.map(({ id }) => id)).toEqual([connection.id])
  expect(await connectionByHook(hub, connection.hook)).toBeUndefined()
  expect(await listConnections(hub, 'w1')).toEqual([])
  expect(await readConnection(hub, 'w1', connection.id)).toMatchObject({ status: 'deleted', name: 'Our loft', credentials: {} })
  expect(await code(remove(hub, 'w1', connection.id))).toMatch(/^404 unknown_connection/)
})

test('pause, resume and check', async () => {
  const { connection } = await connect(hub, 'w1', wanted())
  await pause(hub, 'w1', connection.id)
  expect(await connectionByHook(hub, connection.hook)).toMatchObject({ status: 'paused' })
  expect(await patch(hub, 'w1', connection.id, { credentials: { ring: 'R-77-secret' } })).toMatchObject({
    connection: { status: 'paused' },
  })
  expect(await resume(hub, 'w1', connection.id)).toMatchObject({ status: 'live' })
  expect(await check(hub, 'w1', connection.id)).toEqual([{ name: 'ring', ok: true, words: 'The ring fits.' }])
  const { connection: lost } = await connect(hub, 'w1', wanted({ credentials: { ring: 'lost' } }))
  expect(await check(hub, 'w1', lost.id)).toEqual([{ name: 'reach', ok: false, words: 'The loft does not answer.' }])
})

test('a warm process reads nothing; another one sees a change within a minute', async () => {
  const { connection } = await connect(hub, 'w1', wanted())
  await connectionByHook(hub, connection.hook)
  await listConnections(hub, 'w1')
  ops = []
  await connectionByHook(hub, connection.hook)
  await readConnection(hub, 'w1', connection.id)
  await listConnections(hub, 'w1')
  expect(ops).toEqual([])
  const elsewhere = newHub({ ...hub.store })
  await pause(elsewhere, 'w1', connection.id)
  expect(await readConnection(hub, 'w1', connection.id)).toMatchObject({ status: 'live' })
  now += 60_001
  expect(await readConnection(hub, 'w1', connection.id)).toMatchObject({ status: 'paused' })
})

test('where a kind is served: given, else the default of the hub, else the provider', async () => {
  const rooted = { ...hub, apiRoots: { pigeon: 'http://127.0.0.1:1' } }
  const plain = await connect(rooted, 'w1', wanted())
  const given = await connect(rooted, 'w1', wanted({ apiRoot: 'http://127.0.0.1:2' }))
  await patch(rooted, 'w1', plain.connection.id, { name: 'x' })
  await patch(rooted, 'w1', given.connection.id, { credentials: { ring: 'R-77-secret' } })
  const later = { ...hub, store: { ...hub.store }, apiRoots: { pigeon: 'http://127.0.0.1:3' } }
  expect((await readConnection(later, 'w1', plain.connection.id))?.apiRoot).toBe('http://127.0.0.1:3')
  expect((await readConnection(later, 'w1', given.connection.id))?.apiRoot).toBe('http://127.0.0.1:2')
})

test('health is written once in ten seconds, new error words and what goes well after them at once; JSON never holds credentials', async () => {
  const { connection } = await connect(hub, 'w1', wanted())
  ops = []
  for (let i = 0; i < 5; i++) await noteEvent(hub, connection, 'in')
  for (const words of ['late', 'late', 'lost']) await noteEvent(hub, connection, 'error', words)
  expect(ops).toEqual(['update', 'update', 'update'])
  for (let i = 0; i < 3; i++) await noteEvent(hub, connection, 'in')
  expect(ops).toHaveLength(4)
  now += 10_000
  await noteEvent(hub, connection, 'in')
  const at = new Date(now).toISOString()
  const health = (await readHealths(hub, 'w1'))[connection.id]
  const json = toJson(connection, { ...(health && { health }) })
  expect(json).toMatchObject({ id: connection.id, webhookUrl: connection.hookUrl, lastEventAt: at, lastError: { words: 'lost' } })
  expect(JSON.stringify(json)).not.toContain('R-77-secret')
  expect(Object.keys(json)).not.toContain('credentials')
  expect(JSON.stringify(json)).not.toContain(connection.secret)
})
