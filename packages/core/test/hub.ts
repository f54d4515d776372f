/**
 * A whole hub for tests: real store (memory, or dynalite in process), real flows, real connectors, providers on 127.0.0.1. Its queue
 * records pokes until `drain` hands them to the flows, as the functions do in production; its clock stands until it is moved.
 *
 *   const t = await testHub()                      // or testHub({ engine: 'dynalite', config: { rules: [...] } })
 *   const telegram = await t.connect('telegram')   // proven with the provider's stand-in, stored by core's connect()
 *   await t.say(telegram, { who: 1, text: 'Hi' })  // on the provider's wire, signed, through receive()
 *   await t.drain()                                // every flow until nothing is left to do
 *   await t.move(30_000)                           // the clock; then pokes what is due and drains
 *   t.provider.taken                               // what the providers were given
 *   await t.stop()
 */
import { createHash } from 'node:crypto'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import { memoryBlobs } from '../src/blobs/memory.ts'
import { channelCalls } from '../src/channels/calls.ts'
import { channels } from '../src/channels/index.ts'
import { connect } from '../src/connection/connect.ts'
import type { Connection, HookAnswer, HookRequest } from '../src/connector.ts'
import { deliverLog } from '../src/flow/deliver.ts'
import { pokeDue } from '../src/flow/due.ts'
import { fetchLog } from '../src/flow/fetch.ts'
import { mirrorLog } from '../src/flow/mirror.ts'
import { receive, receiveMail } from '../src/flow/receive.ts'
import { routeLog } from '../src/flow/route.ts'
import { guardedLookup } from '../src/http/address.ts'
import { guardedFetch } from '../src/http/guard.ts'
import type { CallingHub } from '../src/hub.ts'
import { idMaker } from '../src/id.ts'
import { findLog } from '../src/identity/record.ts'
import { identityKey } from '../src/identity.ts'
import { groupOf, type Poke, type Queue } from '../src/queue/queue.ts'
import { parseConfig, type RoutingInput } from '../src/routing/config.ts'
import { keyring, newKey } from '../src/secrets/keyring.ts'
import { dynamoStore } from '../src/store/dynamo.ts'
import { memoryStore } from '../src/store/memory.ts'
import type { Item, Store } from '../src/store/store.ts'
import { createTable } from '../src/store/table.ts'
import { toolCalls } from '../src/tools/calls.ts'
import { tools } from '../src/tools/index.ts'
import { type Provider, startProvider } from './hub/provider.ts'
import { fixturesOf, type Said, settingsFor, wireOf } from './hub/wire.ts'

/** The second at which all fixtures sign. */
export const START = 1767600000_000
export const WORKSPACE = 'ws'

export type TestQueue = Queue & {
  /** All pokes ever sent, and by how many calls. */
  sent: Poke[]
  calls: number
  /** Not yet handed to a flow. */
  waiting: Poke[]
}

export function testQueue(): TestQueue {
  const queue: TestQueue = {
    sent: [],
    calls: 0,
    waiting: [],
    async send(pokes) {
      queue.calls++
      queue.sent.push(...pokes)
      queue.waiting.push(...pokes)
    },
  }
  return queue
}

/** One poke through its flow, as functions/ do it. */
export function runPoke(hub: CallingHub, poke: Poke): Promise<void> {
  const { to, connection = '' } = poke
  // The whole poke as the place, as a queue's consumer has it: a flow must not take its `to` for its own.
  const at = poke
  switch (to) {
    case 'route':
      return routeLog(hub, at)
    case 'fetch':
      return fetchLog(hub, at)
    case 'deliver':
      return deliverLog(hub, at)
    case 'mirror':
      return mirrorLog(hub, at, connection)
  }
}

export type Engine = { store: Store; client?: DynamoDBClient; stop(): Promise<void> }

export async function openEngine(kind: 'memory' | 'dynalite', now: () => number): Promise<Engine> {
  if (kind === 'memory') return { store: memoryStore({ now }), stop: async () => {} }
  const server = dynalite({ createTableMs: 0 })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('dynalite listens on no port')
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${address.port}`, region: 'us-east-1', credentials })
  await createTable(client, 'hub')
  const stop = async () => {
    client.destroy()
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  }
  return { store: dynamoStore({ client, table: 'hub', now }), client, stop }
}

/** Notes every partition that was written to, so that the whole table can be read: the store's port has no scan. */
function dumpable(store: Store): { store: Store; dump(): Promise<Item[]> } {
  const partitions = new Set<string>()
  const noted: Store = {
    ...store,
    put: (item, when) => {
      partitions.add(item.pk)
      return store.put(item, when)
    },
    update: (key, set, when) => {
      partitions.add(key.pk)
      return store.update(key, set, when)
    },
  }
  const whole = async (pk: string) => {
    const items: Item[] = []
    for (let page = await store.query(pk, { prefix: '' }); page.length > 0; ) {
      items.push(...page)
      page = await store.query(pk, { prefix: '', after: page.at(-1)?.sk ?? '' })
    }
    return items
  }
  return { store: noted, dump: async () => (await Promise.all([...partitions].toSorted().map(whole))).flat() }
}

/** The envelope as the mail door gives it: its id is a hash of the bytes. */
export function posted(request: HookRequest, from: string): HookRequest {
  if (!request.mail) return request
  const id = createHash('sha256').update(request.body).digest('hex')
  return { ...request, mail: { ...request.mail, id, from, dmarc: 'pass' } }
}

export type Options = {
  engine?: 'memory' | 'dynalite'
  config?: RoutingInput
  publicUrl?: string
  /** Replaces parts of the hub: channels of the test's own, a store that crashes. */
  parts?: (hub: CallingHub) => Partial<CallingHub>
}

export type TestHub = {
  hub: CallingHub
  queue: TestQueue
  clock: { now: number }
  provider: Provider
  engine: Engine
  /** Connects the kind's fixture account; in another workspace or under another name on wish. */
  connect(kind: string, wanted?: { workspace?: string; name?: string; settings?: Record<string, unknown> }): Promise<Connection>
  /** Connects every channel of the list. */
  connectAll(workspace?: string): Promise<Connection[]>
  /** A signed request or mail through the door it belongs to. */
  enter(connection: Connection, request: HookRequest): Promise<HookAnswer>
  /** A message of customer number `who` on the provider's wire. */
  say(connection: Connection, said: Said): Promise<HookAnswer>
  /** The log that customer number `who` of this channel is found under. */
  logOf(connection: Connection, who: number): Promise<string>
  /** One poke through its flow, on this hub. */
  run(poke: Poke): Promise<void>
  drain(): Promise<void>
  /** Moves the clock, pokes what is due, drains. */
  move(ms: number): Promise<void>
  /** Every item of the table, in one order. */
  dump(): Promise<Item[]>
  stop(): Promise<void>
}

export async function testHub(options: Options = {}): Promise<TestHub> {
  const clock = { now: START }
  const now = () => clock.now
  const [engine, provider] = await Promise.all([openEngine(options.engine ?? 'memory', now), startProvider()])
  const queue = testQueue()
  const { store, dump } = dumpable(engine.store)
  const allow = [new URL(provider.root('webhook')).origin]
  const base: CallingHub = {
    store,
    queue,
    blobs: memoryBlobs(),
    secrets: keyring(newKey()),
    channels,
    tools,
    channelCalls,
    toolCalls,
    config: parseConfig(options.config ?? {}),
    publicUrl: options.publicUrl ?? 'https://hub.example',
    now,
    id: idMaker(now),
    logger: { info() {}, warn() {}, error() {} },
    fetch,
    guardedFetch: guardedFetch({ allow, maxBytes: 10 * 1024 * 1024, timeout: 5000, allowPrivate: true }),
    guardedLookup: guardedLookup({ allowPrivate: true }),
  }
  const hub: CallingHub = { ...base, ...options.parts?.(base) }

  async function drain(): Promise<void> {
    for (let rounds = 0; queue.waiting.length > 0; rounds++) {
      if (rounds > 100_000) throw new Error('pokes without end')
      const poke = queue.waiting.shift()
      // What waits behind it for the same work is done with it.
      queue.waiting = queue.waiting.filter((one) => !poke || one.to !== poke.to || groupOf(one) !== groupOf(poke))
      if (poke) await runPoke(hub, poke)
    }
  }

  async function connectKind(
    kind: string,
    {
      workspace = WORKSPACE,
      name,
      settings = {},
    }: { workspace?: string; name?: string; settings?: Record<string, unknown> } = {},
  ) {
    const wanted = await settingsFor(kind, provider)
    const { connection } = await connect(hub, workspace, {
      ...wanted,
      kind,
      name: name ?? kind,
      settings: { ...wanted.settings, ...settings },
    })
    return connection
  }

  async function enter(connection: Connection, request: HookRequest): Promise<HookAnswer> {
    if (!request.mail) return receive(hub, connection.hook, request)
    const { unknown } = await receiveMail(hub, { ...request.mail, bytes: request.body })
    return { status: unknown.length > 0 ? 550 : 250 }
  }

  return {
    hub,
    queue,
    clock,
    provider,
    engine,
    connect: connectKind,
    async connectAll(workspace) {
      const made: Connection[] = []
      for (const kind of Object.keys(hub.channels)) made.push(await connectKind(kind, workspace ? { workspace } : {}))
      return made
    },
    enter,
    async say(connection, said) {
      const { body, query } = wireOf(connection.kind).message(said)
      const { sign } = await fixturesOf(connection.kind)
      return enter(connection, posted(await sign(body, connection, query), wireOf(connection.kind).address(said.who)))
    },
    async logOf({ workspace, kind, account }, who) {
      const scope = hub.channels[kind]?.capabilities.scope ?? 'global'
      const log = await findLog(hub.store, workspace, identityKey(kind, scope, account, wireOf(kind).address(who)))
      if (!log) throw new Error(`customer ${who} is not known on ${kind}`)
      return log
    },
    run: (poke) => runPoke(hub, poke),
    drain,
    async move(ms) {
      clock.now += ms
      await pokeDue(hub)
      await drain()
    },
    dump,
    async stop() {
      await Promise.all([engine.stop(), provider.close()])
    },
  }
}
