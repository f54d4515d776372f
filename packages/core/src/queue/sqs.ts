/** Pokes over SQS FIFO queues, one queue for each kind of subscriber. */
import { createHash } from 'node:crypto'
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { groupOf, type Poke, type Queue } from './queue.ts'

export type QueueUrls = Record<Poke['to'], string>

const MAX_BATCH = 10
/** What SQS admits as a group's name: letters, digits, punctuation, at most 128. */
const GROUP = /^[!-~]{1,128}$/

/** Any other name is hashed: equal groups stay equal. */
export function groupId(poke: Poke): string {
  const group = groupOf(poke)
  return GROUP.test(group) ? group : createHash('sha256').update(group).digest('base64url')
}

const batches = (pokes: readonly Poke[]) =>
  Array.from({ length: Math.ceil(pokes.length / MAX_BATCH) }, (_, n) => pokes.slice(n * MAX_BATCH, (n + 1) * MAX_BATCH))

export function sqsQueue({ client, urls, id }: { client: SQSClient; urls: QueueUrls; id: () => string }): Queue {
  async function sendBatch(url: string, pokes: readonly Poke[]): Promise<void> {
    const Entries = pokes.map((poke, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(poke),
      MessageGroupId: groupId(poke),
      // Never by content: an identical poke within five minutes would be swallowed.
      MessageDeduplicationId: id(),
    }))
    const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }))
    const first = Failed[0]
    if (first)
      throw new Error(`SQS refused ${Failed.length} of ${pokes.length} pokes: ${first.Code} ${first.Message ?? ''}`.trim())
  }

  return {
    async send(pokes) {
      const byQueue = new Map<Poke['to'], Poke[]>()
      for (const poke of pokes) byQueue.set(poke.to, [...(byQueue.get(poke.to) ?? []), poke])
      const calls = [...byQueue].flatMap(([to, some]) => batches(some).map((batch) => sendBatch(urls[to], batch)))
      await Promise.all(calls)
    },
  }
}
