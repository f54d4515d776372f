/** DynamoDB's API in this process, on LevelDB: the same calls as in production, nothing to install. */
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DynamoDBClient, ScanCommand, type ScanCommandOutput } from '@aws-sdk/client-dynamodb'
import { type Place, placeOf } from '@throughline/core/store/keys.ts'
import { createTable } from '@throughline/core/store/table.ts'
import dynalite from 'dynalite'
import { StartError } from './settings.ts'

export const TABLE = 'throughline'

export type Table = { client: DynamoDBClient; close(): Promise<void> }

export async function openTable(dir: string): Promise<Table> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const server = dynalite({ path: join(dir, 'table'), createTableMs: 0 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('The table has no port')
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${address.port}`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  await unlocked(dir, createTable(client, TABLE))
  return {
    client,
    close: () =>
      new Promise((resolve, reject) => {
        // The client goes last: a request whose caller is gone would find the database closed, and dynalite dies of that.
        server.close((error) => {
          client.destroy()
          if (error) reject(error)
          else resolve()
        })
      }),
  }
}

/** LevelDB lets one process in; dynalite tells the second one by an error that nobody can catch where it is thrown. */
function unlocked(dir: string, opening: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const locked = () => reject(new StartError(`Another hub is using ${dir}. Stop it first, or set HUB_DATA to another folder.`))
    process.once('uncaughtException', locked)
    opening.then(resolve, reject).finally(() => process.removeListener('uncaughtException', locked))
  })
}

/** Every log of the table. A scan, for the start alone. */
export async function* logsOf(client: DynamoDBClient): AsyncGenerator<Place> {
  const seen = new Set<string>()
  let start: ScanCommandOutput['LastEvaluatedKey']
  do {
    const input = {
      TableName: TABLE,
      ProjectionExpression: 'pk, sk',
      FilterExpression: 'begins_with(pk, :log) AND begins_with(sk, :entry)',
      ExpressionAttributeValues: { ':log': { S: 'L#' }, ':entry': { S: 'E#' } },
      ExclusiveStartKey: start,
    }
    const page = await client.send(new ScanCommand(input))
    for (const { pk, sk } of page.Items ?? []) {
      const at = placeOf({ pk: pk?.S ?? '', sk: sk?.S ?? '' })
      if (!at || seen.has(pk?.S ?? '')) continue
      seen.add(pk?.S ?? '')
      yield at
    }
    start = page.LastEvaluatedKey
  } while (start)
}
