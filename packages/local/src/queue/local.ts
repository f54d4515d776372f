/**
 * SQS FIFO in this process, behind the same port and in front of the same handlers: groups in order, one batch of a group at a time,
 * groups side by side, unique deduplication, per-record failure, dead letters. What lies here at a crash is found again by healing.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { Logger } from '@throughline/core/hub.ts'
import { groupOf, type Poke, type Queue } from '@throughline/core/queue/queue.ts'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'

export type Consumer = (event: SQSEvent) => Promise<SQSBatchResponse>
export type LocalQueueOptions = {
  /** Read when the first poke comes: the functions are loaded after the hub that they use. */
  consumers: () => Record<Poke['to'] | 'dead', Consumer>
  logger: Logger
  /** Batches at once. */
  parallel?: number
  /** Milliseconds before a failed record comes again, by its receives. */
  delay?: (receives: number) => number
}
export type LocalQueue = Queue & {
  /** Resolves when nothing waits or runs. */
  idle(): Promise<void>
  /** Takes no more, and finishes what is in flight. */
  close(): Promise<void>
}

const BATCH = 10
const MOST_RECEIVES = 5

type Waiting = { id: string; dedup: string; poke: Poke; receives: number; sentAt: number }
type Group = { to: Poke['to']; name: string; waiting: Waiting[]; busy: boolean; notBefore: number }

export function localQueue(options: LocalQueueOptions): LocalQueue {
  const { consumers, logger, parallel = 8, delay = (receives) => Math.min(250 * 4 ** receives, 60_000) } = options
  const groups = new Map<string, Group>()
  const timers = new Set<NodeJS.Timeout>()
  let running = 0
  let closed = false
  let wakeIdle: (() => void)[] = []

  function toRecord({ name, to }: Group, item: Waiting): SQSRecord {
    const body = JSON.stringify(item.poke)
    return {
      messageId: item.id,
      receiptHandle: `${item.id}/${item.receives}`,
      body,
      attributes: {
        ApproximateReceiveCount: String(item.receives),
        SentTimestamp: String(item.sentAt),
        SenderId: 'local',
        ApproximateFirstReceiveTimestamp: String(item.sentAt),
        MessageGroupId: name,
        MessageDeduplicationId: item.dedup,
        SequenceNumber: String(item.sentAt),
      },
      messageAttributes: {},
      md5OfBody: createHash('md5').update(body).digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:local:000000000000:${to}.fifo`,
      awsRegion: 'local',
    }
  }

  /** Ids that must come again. A handler that throws failed for all it was given. */
  async function give(group: Group, batch: readonly Waiting[], to: Poke['to'] | 'dead'): Promise<Set<string>> {
    try {
      const { batchItemFailures } = await consumers()[to]({ Records: batch.map((item) => toRecord(group, item)) })
      return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    } catch (error) {
      logger.error('queue.handler_threw', { to, error })
      return new Set(batch.map(({ id }) => id))
    }
  }

  async function work(group: Group): Promise<void> {
    const batch = group.waiting.splice(0, BATCH)
    for (const item of batch) item.receives++
    const failed = await give(group, batch, group.to)
    const again = batch.filter(({ id }) => failed.has(id))
    const dead = again.filter(({ receives }) => receives >= MOST_RECEIVES)
    const lost = dead.length > 0 ? await give(group, dead, 'dead') : new Set<string>()
    const back = again.filter((item) => item.receives < MOST_RECEIVES || lost.has(item.id))
    if (back.length === 0) return
    group.waiting.unshift(...back)
    const pause = delay(back[0]?.receives ?? 1)
    group.notBefore = Date.now() + pause
    const timer = setTimeout(() => {
      timers.delete(timer)
      pump()
    }, pause)
    timers.add(timer)
  }

  function pump(): void {
    for (const [key, group] of groups) {
      if (closed || running >= parallel) break
      if (group.busy || group.notBefore > Date.now()) continue
      if (group.waiting.length === 0) {
        groups.delete(key)
        continue
      }
      group.busy = true
      running++
      work(group).finally(() => {
        group.busy = false
        running--
        // Behind the others, so that a busy group starves nobody.
        groups.delete(key)
        if (group.waiting.length > 0) groups.set(key, group)
        pump()
      })
    }
    if (running > 0 || (groups.size > 0 && !closed)) return
    for (const wake of wakeIdle) wake()
    wakeIdle = []
  }

  const idle = () =>
    new Promise<void>((resolve) => {
      wakeIdle.push(resolve)
      pump()
    })

  return {
    async send(pokes) {
      for (const poke of pokes) {
        const name = groupOf(poke)
        const key = `${poke.to} ${name}`
        const group = groups.get(key) ?? { to: poke.to, name, waiting: [], busy: false, notBefore: 0 }
        groups.set(key, group)
        group.waiting.push({ id: randomUUID(), dedup: randomUUID(), poke, receives: 0, sentAt: Date.now() })
      }
      // After the caller: it answers its webhook first.
      setImmediate(pump)
    },
    idle,
    close() {
      closed = true
      for (const timer of timers) clearTimeout(timer)
      return idle()
    },
  }
}
