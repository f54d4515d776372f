/** The table's change stream, some seconds late: logs with new entries get every subscriber poked that is still behind. */
import { heal } from '@throughline/core/flow/heal.ts'
import { type Place, placeOf } from '@throughline/core/store/keys.ts'
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import { hub } from './runtime.ts'

/** The log of a record whose key is an entry's; its partition's name is the same for all of a log. */
function logOf({ dynamodb }: DynamoDBRecord): [string, Place] | undefined {
  const { pk, sk } = dynamodb?.Keys ?? {}
  const at = placeOf({ pk: pk?.S ?? '', sk: sk?.S ?? '' })
  return at && [JSON.stringify(at), at]
}

export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const ours = hub()
  const seen = new Set<string>()
  for (const record of event.Records) {
    const found = logOf(record)
    if (!found || seen.has(found[0])) continue
    const [name, at] = found
    seen.add(name)
    try {
      await heal(ours, at)
    } catch (error) {
      ours.logger.error('heal.failed', { ...at, error })
      // A stream is given again from the first that failed.
      return { batchItemFailures: [{ itemIdentifier: record.dynamodb?.SequenceNumber ?? '' }] }
    }
  }
  return { batchItemFailures: [] }
}
