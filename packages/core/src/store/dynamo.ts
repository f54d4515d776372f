/** The store on DynamoDB, or on whatever speaks its API: the same calls on Lambda, on a laptop (dynalite) and in tests. */
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { INDEX } from './definition.ts'
import { type Attributes, Expression } from './expression.ts'
import type { Condition, Item, Key, Range, Store } from './store.ts'
import { alive, checkKey, cleanRecord, compare, holds, seconds, toItem } from './value.ts'

export type DynamoStoreOptions = { client: DynamoDBClient; table: string; now: () => number }

const read = (attributes: Attributes): Item => toItem(unmarshall(attributes))
const write = (record: Record<string, Item[string]>): Attributes => marshall(cleanRecord(record), { removeUndefinedValues: true })
const keyOf = ({ pk, sk }: Key): Attributes => ({ pk: { S: pk }, sk: { S: sk } })
const nameOf = ({ pk, sk }: Key) => JSON.stringify([pk, sk])

/** Above every sort key that begins so: no key of ours holds the last code point. */
const LAST = '\u{10ffff}'

export function dynamoStore({ client, table, now }: DynamoStoreOptions): Store {
  /** Undefined: done. Else the item in the way, as far as the engine tells (dynalite does not). */
  async function attempt(call: () => Promise<unknown>): Promise<{ was: Attributes | undefined } | undefined> {
    try {
      await call()
      return undefined
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return { was: error.Item }
      throw error
    }
  }

  async function put(item: Item, when?: Condition): Promise<boolean> {
    const condition = new Expression(seconds(now))
    const clause = when && condition.orExpired(when)
    const input = { TableName: table, Item: write(checkKey(item)), ConditionExpression: clause, ...condition.parameters() }
    return (await attempt(() => client.send(new PutItemCommand(input)))) === undefined
  }

  /** The item as the table has it, though it may have expired. */
  async function getRaw(key: Key): Promise<Item | undefined> {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: keyOf(key), ConsistentRead: true }))
    return Item && read(Item)
  }

  async function update(key: Key, set: Record<string, Item[string]>, when?: Condition): Promise<boolean> {
    const expression = new Expression(seconds(now))
    const input = {
      TableName: table,
      Key: keyOf(checkKey(key)),
      UpdateExpression: expression.update(set),
      ConditionExpression: expression.andAlive(when),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      ...expression.parameters(),
    }
    const failed = await attempt(() => client.send(new UpdateItemCommand(input)))
    if (!failed) return true
    const was = failed.was ? read(failed.was) : await getRaw(key)
    if (when && (alive(was, seconds(now)) || !holds(undefined, when))) return false
    // Expired but not yet deleted: replaced as a whole, or its old attributes would live again.
    return (await put({ ...set, ...key }, { absent: true })) || update(key, set, when)
  }

  /** Pages until there are `limit` living items or no more: fewer than `limit` means the end. */
  async function collect(input: QueryCommandInput, limit: number): Promise<Item[]> {
    const found: Item[] = []
    let start: Attributes | undefined
    do {
      const command = new QueryCommand({ ...input, Limit: limit - found.length, ExclusiveStartKey: start })
      const page = await client.send(command)
      for (const attributes of page.Items ?? []) {
        const item = read(attributes)
        if (alive(item, seconds(now))) found.push(item)
      }
      start = page.LastEvaluatedKey
    } while (start && found.length < limit)
    return found
  }

  async function range(input: QueryCommandInput, of: [string, string], by: 'sk' | 'listSk', bounds: Range): Promise<Item[]> {
    const { prefix, after, before, reverse, limit = 100 } = bounds
    // The successor of a text is the text and a NUL; a predecessor has no name, so `before` itself is read and dropped.
    const low = after === undefined || compare(after, prefix) < 0 ? prefix || '\0' : `${after}\0`
    const high = before === undefined || compare(before, prefix + LAST) > 0 ? prefix + LAST : before
    if (limit < 1 || compare(low, high) > 0) return []
    const found = await collect(
      {
        ...input,
        TableName: table,
        KeyConditionExpression: '#p = :p AND #s BETWEEN :low AND :high',
        ExpressionAttributeNames: { '#p': of[0], '#s': by },
        ExpressionAttributeValues: { ':p': { S: of[1] }, ':low': { S: low }, ':high': { S: high } },
        ScanIndexForward: !reverse,
      },
      before === undefined ? limit : limit + 1,
    )
    return found.filter((item) => item[by] !== before).slice(0, limit)
  }

  return {
    async get(key) {
      const item = await getRaw(checkKey(key))
      return alive(item, seconds(now)) ? item : undefined
    },

    async getMany(keys) {
      const asked = new Map(keys.map((key) => [nameOf(checkKey(key)), keyOf(key)]))
      const found = new Map<string, Item>()
      for (let round = 0; asked.size > 0; round++) {
        const RequestItems = { [table]: { Keys: [...asked.values()], ConsistentRead: true } }
        const answer = await client.send(new BatchGetItemCommand({ RequestItems }))
        for (const item of (answer.Responses?.[table] ?? []).map(read)) found.set(nameOf(item), item)
        const left = answer.UnprocessedKeys?.[table]?.Keys ?? []
        asked.clear()
        for (const key of left) asked.set(JSON.stringify([key.pk?.S, key.sk?.S]), key)
        if (asked.size > 0 && round >= 7) throw new Error('The table leaves keys unprocessed: it is throttled')
        if (asked.size > 0) await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** round))
      }
      return keys.map((key) => found.get(nameOf(key))).map((item) => (alive(item, seconds(now)) ? item : undefined))
    },

    put,
    update,

    async delete(key, when) {
      const condition = new Expression(seconds(now))
      const clause = when && condition.orExpired(when)
      const input = { TableName: table, Key: keyOf(checkKey(key)), ConditionExpression: clause, ...condition.parameters() }
      return (await attempt(() => client.send(new DeleteItemCommand(input)))) === undefined
    },

    query: (pk, bounds) => range({ TableName: table, ConsistentRead: true }, ['pk', pk], 'sk', bounds),
    list: (listPk, bounds) =>
      range({ TableName: table, IndexName: INDEX }, ['listPk', listPk], 'listSk', { ...bounds, prefix: '' }),
  }
}
