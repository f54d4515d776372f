/** Counts what a hub asks of its table, as the AWS SDK sends it: items, not calls. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import * as z from 'zod/mini'

export type Count = { writes: number; reads: number }

const Asked = z.object({ RequestItems: z.optional(z.record(z.string(), z.object({ Keys: z.optional(z.array(z.unknown())) }))) })
const Answered = z.object({ Items: z.optional(z.array(z.unknown())) })

const keysIn = (input: unknown) =>
  Object.values(Asked.parse(input).RequestItems ?? {}).reduce((sum, { Keys = [] }) => sum + Keys.length, 0)
/** A query that finds nothing costs as much as one item. */
const itemsIn = (output: unknown) => Math.max(1, Answered.parse(output).Items?.length ?? 0)

export function countItems(client: DynamoDBClient): { during(work: () => Promise<unknown>): Promise<Count> } {
  const count = { writes: 0, reads: 0 }
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        if (['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand'].includes(commandName ?? '')) count.writes++
        else if (commandName === 'GetItemCommand') count.reads++
        else if (commandName === 'BatchGetItemCommand') count.reads += keysIn(args.input)
        else if (commandName !== 'QueryCommand') throw new Error(`${commandName} is not counted`)
        const answer = await next(args)
        if (commandName === 'QueryCommand') count.reads += itemsIn(answer.output)
        return answer
      },
    { step: 'initialize', name: 'countItems' },
  )
  return {
    async during(work) {
      const before = { ...count }
      await work()
      return { writes: count.writes - before.writes, reads: count.reads - before.reads }
    },
  }
}
