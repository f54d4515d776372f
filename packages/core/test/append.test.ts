import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import dynalite from 'dynalite'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { memoryBlobs } from '../src/blobs/memory.ts'
import { foldAll } from '../src/customer/fold.ts'
import { emptyState } from '../src/customer/state.ts'
import { type Entry, isIncoming, isOutgoing } from '../src/entry.ts'
import { plainState, stateOf } from '../src/flow/streams.ts'
import type { Hub } from '../src/hub.ts'
import { idMaker } from '../src/id.ts'
import { parseConfig } from '../src/routing/config.ts'
import { dynamoStore } from '../src/store/dynamo.ts'
import { memoryStore } from '../src/store/memory.ts'
import { createTable } from '../src/store/table.ts'
import { runSchedule } from './append/world.ts'

/** A clock that moves with every look, so that ids and times differ. */
function base(): Omit<Hub, 'store'> {
  let time = Date.parse('2026-01-05T09:00:00Z')
  const now = () => ++time
  return {
    queue: { send: async () => {} },
    blobs: memoryBlobs(),
    secrets: { seal: async (text) => text, open: async (text) => text, sign: (text) => text },
    channels: {},
    tools: {},
    config: parseConfig({}),
    publicUrl: 'http://localhost',
    now,
    id: idMaker(now),
    logger: { info() {}, warn() {}, error() {} },
  }
}

const RUNS = Number(process.env.HUB_SCHEDULES ?? 1500)
const seeds = () => fc.integer({ min: 1, max: 2 ** 31 })
const count = (logs: Map<string, Entry[]>) => [...logs.values()].flat().length

describe('the append protocol', () => {
  it('keeps every acknowledged message once, gapless, in a log its identity lived in: random interleavings, crashes at every call, opposed merges', async () => {
    let entries = 0
    let seals = 0
    await fc.assert(
      fc.asyncProperty(seeds(), async (seed) => {
        const hub = base()
        const logs = await runSchedule({ seed, store: memoryStore({ now: hub.now }), base: hub })
        entries += count(logs)
        seals += [...logs.values()].filter((log) => log.at(-1)?.kind === 'seal').length
      }),
      { numRuns: RUNS, endOnFailure: true },
    )
    // A schedule in which nothing is written, or nothing merged, would hold as well.
    expect(entries).toBeGreaterThan(RUNS * 5)
    expect(seals).toBeGreaterThan(RUNS / 2)
  }, 300_000)

  it('answers every message once by rule and folds to the same state, whoever routes, dies and repeats', async () => {
    const config = parseConfig({ rules: [{ name: 'greet', then: { answer: 'Hello', tag: ['greeted'] } }] })
    await fc.assert(
      fc.asyncProperty(seeds(), async (seed) => {
        const hub = { ...base(), config }
        const store = memoryStore({ now: hub.now })
        const logs = await runSchedule({ seed, store, base: hub, messages: 4, repeats: 2, routers: 8 })
        const all = [...logs.values()].flat()
        const erased = all.some((entry) => entry.kind === 'seal' && entry.data.why === 'erase')
        const [incoming, answers] = [all.filter(isIncoming), all.filter(isOutgoing)]
        if (!erased) expect(answers.length).toBe(incoming.length)
        expect(answers.length).toBeLessThanOrEqual(incoming.length)
        for (const [log, entries] of logs) {
          const { state } = await stateOf({ ...hub, store }, { workspace: 'w', log })
          expect(plainState(state)).toEqual(plainState(foldAll(emptyState(), entries)))
        }
      }),
      { numRuns: Math.ceil(RUNS / 10), endOnFailure: true },
    )
  }, 300_000)
})

describe('the append protocol on the embedded engine', () => {
  const server = dynalite({ createTableMs: 0 })
  let client: DynamoDBClient
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    const address = server.address()
    const endpoint =
      process.env.HUB_DYNAMODB_ENDPOINT ?? `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
    client = new DynamoDBClient({ endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } })
  })
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

  it('holds there as well', async () => {
    let table = 0
    await fc.assert(
      fc.asyncProperty(seeds(), async (seed) => {
        const hub = base()
        const name = `append-${Date.now()}-${++table}`
        await createTable(client, name)
        const logs = await runSchedule({
          seed,
          store: dynamoStore({ client, table: name, now: hub.now }),
          base: hub,
          messages: 5,
          repeats: 2,
        })
        expect(count(logs)).toBeGreaterThan(0)
      }),
      { numRuns: Math.ceil(RUNS / 100), endOnFailure: true },
    )
  }, 300_000)
})
