/** The whole hub of the tests as a stage for measuring: real store, flows and connectors, providers on 127.0.0.1. */
import type { Connection, HookRequest } from '@throughline/core/connector.ts'
import type { Item, Store } from '@throughline/core/store/store.ts'
import { fixturesOf, wireOf } from '../packages/core/test/hub/wire.ts'
import { posted, type TestHub, testHub } from '../packages/core/test/hub.ts'

export const ENGINES = ['memory', 'dynalite'] as const
export type Engine = (typeof ENGINES)[number]

/** Prefers to be slow rather than to be wrong: a stage of its own for each measurement, stopped whatever happens. */
export async function on<T>(engine: Engine, act: (stage: TestHub) => Promise<T>): Promise<T> {
  const stage = await testHub({ engine })
  try {
    return await act(stage)
  } finally {
    await stage.stop()
  }
}

/** `count` signed requests of so many customers in turn, as the provider would send them. Made before the clock runs. */
export async function requests(
  connection: Connection,
  people: number,
  count: number,
  text = 'Do you have the blue one in a larger size?',
): Promise<HookRequest[]> {
  const wire = wireOf(connection.kind)
  const { sign } = await fixturesOf(connection.kind)
  const made: HookRequest[] = []
  for (let n = 0; n < count; n++) {
    const who = 1 + (n % people)
    const { body, query } = wire.message({ who, text })
    made.push(posted(await sign(body, connection, query), wire.address(who)))
  }
  return made
}

/** What one piece of work puts into the table, so that the same can be put without any hub around it. */
export async function itemsPutBy(store: Store, work: () => Promise<unknown>): Promise<Item[]> {
  const items: Item[] = []
  const { put } = store
  store.put = (item, when) => {
    items.push(item)
    return put(item, when)
  }
  try {
    await work()
  } finally {
    store.put = put
  }
  return items
}

/** The logs of customers 1 to so many, each of whom wrote once and was read by every subscriber. */
export async function known(stage: TestHub, connection: Connection, people: number): Promise<string[]> {
  for (const request of await requests(connection, people, people)) await stage.enter(connection, request)
  await stage.drain()
  return Promise.all(Array.from({ length: people }, (_, n) => stage.logOf(connection, n + 1)))
}
