/** The queue in process keeps the rules of SQS FIFO that the functions rely on. */
import type { Poke } from '@throughline/core/queue/queue.ts'
import type { SQSEvent } from 'aws-lambda'
import { expect, test } from 'vitest'
import { type Consumer, localQueue } from '../src/queue/local.ts'
import { memoryLogger } from './log.ts'
import { until } from './place.ts'

type Work = (event: SQSEvent) => Promise<string[] | undefined>
const poke = (to: Poke['to'], log: string, connection?: string): Poke => ({
  to,
  workspace: 'w',
  log,
  ...(connection && { connection }),
})

function open(work: Partial<Record<Poke['to'] | 'dead', Work>>) {
  const consumer =
    (to: Poke['to'] | 'dead'): Consumer =>
    async (event) => {
      const failed = (await work[to]?.(event)) ?? []
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) }
    }
  const consumers = {
    route: consumer('route'),
    fetch: consumer('fetch'),
    deliver: consumer('deliver'),
    mirror: consumer('mirror'),
    dead: consumer('dead'),
  }
  return localQueue({ consumers: () => consumers, logger: memoryLogger(), delay: () => 0 })
}

test('one batch of a group at a time, groups side by side, at most ten in a batch', async () => {
  const running = new Map<string, number>()
  let most = 0
  const sizes: number[] = []
  const queue = open({
    route: async ({ Records }) => {
      const groups = new Set(Records.map((record) => record.attributes.MessageGroupId ?? ''))
      expect(groups.size).toBe(1)
      const [group = ''] = groups
      expect(running.get(group) ?? 0).toBe(0)
      running.set(group, 1)
      most = Math.max(
        most,
        [...running.values()].reduce((sum, one) => sum + one, 0),
      )
      sizes.push(Records.length)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running.set(group, 0)
      return []
    },
  })
  await queue.send(Array.from({ length: 60 }, (_, index) => poke('route', `log${index % 3}`)))
  await queue.idle()
  expect(most).toBe(3)
  expect(sizes.reduce((sum, one) => sum + one, 0)).toBe(60)
  expect(Math.max(...sizes)).toBe(10)
})

test('a slow tool of a log holds up neither another tool nor the log’s route', async () => {
  const done: string[] = []
  const release: (() => void)[] = []
  const queue = open({
    mirror: async ({ Records }) => {
      const name = Records[0]?.attributes.MessageGroupId ?? ''
      if (name.endsWith('slow')) await new Promise<void>((resolve) => release.push(resolve))
      done.push(name)
      return []
    },
    route: async () => {
      done.push('route')
      for (const let_ of release) let_()
      return []
    },
  })
  await queue.send([poke('mirror', 'l', 'slow'), poke('mirror', 'l', 'quick'), poke('route', 'l')])
  await queue.idle()
  expect(done).toEqual(['w/l/quick', 'route', 'w/l/slow'])
})

test('what a handler names as failed comes again, before what is newer, with its receives counted', async () => {
  const seen: [string, string][] = []
  let first = true
  const queue = open({
    deliver: async ({ Records }) => {
      seen.push(...Records.map((record): [string, string] => [record.messageId, record.attributes.ApproximateReceiveCount]))
      if (!first) return []
      first = false
      await queue.send([poke('deliver', 'l')])
      return Records.slice(1).map(({ messageId }) => messageId)
    },
  })
  await queue.send([poke('deliver', 'l'), poke('deliver', 'l'), poke('deliver', 'l')])
  await queue.idle()
  const ids = seen.slice(0, 3).map(([id]) => id)
  expect(seen.slice(3)).toEqual([
    [ids[1], '2'],
    [ids[2], '2'],
    [expect.any(String), '1'],
  ])
})

test('after five receives it goes to the dead letters, and the group goes on', async () => {
  const dead: unknown[] = []
  let poisoned = ''
  let tries = 0
  let good = 0
  const queue = open({
    route: async ({ Records }) => {
      poisoned ||= Records[0]?.messageId ?? ''
      if (!Records.some(({ messageId }) => messageId === poisoned)) {
        good += Records.length
        return []
      }
      tries++
      throw new Error('poison')
    },
    dead: async ({ Records }) => {
      dead.push(...Records.map(({ body }): unknown => JSON.parse(body)))
      return []
    },
  })
  await queue.send([poke('route', 'bad')])
  await queue.idle()
  await queue.send([poke('route', 'bad'), poke('route', 'good')])
  await queue.idle()
  expect(tries).toBe(5)
  expect(dead).toEqual([poke('route', 'bad')])
  expect(good).toBe(2)
})

test('closing finishes what is in flight and starts nothing more', async () => {
  const release: (() => void)[] = []
  let ended = 0
  const queue = open({
    route: async () => {
      await new Promise<void>((resolve) => release.push(resolve))
      ended++
      return []
    },
  })
  await queue.send(Array.from({ length: 30 }, (_, index) => poke('route', `log${index}`)))
  await until(() => release.length === 8)
  const closed = queue.close()
  for (const go of release) go()
  await closed
  expect([release.length, ended]).toEqual([8, 8])
})
