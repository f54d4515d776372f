/** A batch of pokes from a FIFO queue: groups side by side, each group in order, its first failure holding back the rest of it. */
import type { Hub } from '@throughline/core/hub.ts'
import { Poke } from '@throughline/core/queue/queue.ts'
import type { Place } from '@throughline/core/store/keys.ts'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'

/** Undefined: not a poke for us, whoever sent it. */
export function readPoke(body: string, to?: Poke['to']): Poke | undefined {
  try {
    const result = Poke.safeParse(JSON.parse(body))
    return result.success && (to === undefined || result.data.to === to) ? result.data : undefined
  } catch {
    return undefined
  }
}

/**
 * A record that is no poke of ours names no business whose operator could see it among dead letters, and will never be one: it is
 * logged, which raises an alarm (infra/alarms.ts), and let go. What it may have said is said again by heal.
 */
export function discard(hub: Hub, { messageId, eventSourceARN }: SQSRecord): void {
  hub.logger.error('poke.unreadable', { record: messageId, queue: eventSourceARN })
}

const groupOf = (record: SQSRecord) => record.attributes.MessageGroupId ?? record.messageId

function byGroup(records: readonly SQSRecord[]): SQSRecord[][] {
  const groups = new Map<string, SQSRecord[]>()
  for (const record of records) groups.set(groupOf(record), [...(groups.get(groupOf(record)) ?? []), record])
  return [...groups.values()]
}

/**
 * Tells SQS which records to give again. The first that fails in a group holds back all later ones of it, or they would overtake.
 * A poke says only "something is new", so of equal ones that lie in the same batch the first does the work of all.
 */
export async function consume(
  hub: Hub,
  event: SQSEvent,
  to: Poke['to'],
  work: (at: Place, connection: string | undefined) => Promise<void>,
): Promise<SQSBatchResponse> {
  async function failures(group: readonly SQSRecord[]): Promise<SQSRecord[]> {
    const done = new Set<string>()
    for (const [index, record] of group.entries()) {
      const poke = readPoke(record.body, to)
      if (!poke) {
        discard(hub, record)
        continue
      }
      const { workspace, log, connection } = poke
      const name = JSON.stringify([workspace, log, connection])
      if (done.has(name)) continue
      try {
        // The place alone: a flow that spreads it into pokes of its own must not pass this poke's receiver on.
        await work({ workspace, log }, connection)
        done.add(name)
      } catch (error) {
        hub.logger.error('poke.failed', {
          to,
          workspace,
          log,
          connection,
          tries: record.attributes.ApproximateReceiveCount,
          error,
        })
        return group.slice(index)
      }
    }
    return []
  }
  const failed = await Promise.all(byGroup(event.Records).map(failures))
  return { batchItemFailures: failed.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) }
}
