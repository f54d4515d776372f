/** The dead-letter queues' consumer: what was tried too often becomes visible in /v1/dead and can be redone there. */
import { bury } from '@throughline/core/flow/dead.ts'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import { discard, readPoke } from './consume.ts'
import { hub } from './runtime.ts'

const queueOf = (record: SQSRecord) => record.eventSourceARN.split(':').at(-1) ?? 'a queue'

export async function handler(event: SQSEvent): Promise<SQSBatchResponse> {
  const ours = hub()
  const batchItemFailures: SQSBatchResponse['batchItemFailures'] = []
  for (const record of event.Records) {
    const poke = readPoke(record.body)
    try {
      if (poke) await bury(ours, poke, `it came back in ${queueOf(record)}`)
      else discard(ours, record)
    } catch (error) {
      ours.logger.error('bury.failed', { error })
      batchItemFailures.push({ itemIdentifier: record.messageId })
    }
  }
  return { batchItemFailures }
}
