/** Makes the table on local engines and in tests; infra/table.ts says the same to AWS. */
import {
  CreateTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'

import { INDEX, INDEX_ATTRIBUTES, INDEX_KEYS, PRIMARY } from './definition.ts'

type Keys = { hashKey: string; rangeKey: string }
const schema = ({ hashKey, rangeKey }: Keys): KeySchemaElement[] => [
  { AttributeName: hashKey, KeyType: 'HASH' },
  { AttributeName: rangeKey, KeyType: 'RANGE' },
]

/** Makes the table unless it is there. */
export async function createTable(client: DynamoDBClient, table: string): Promise<void> {
  const command = new CreateTableCommand({
    TableName: table,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [PRIMARY, INDEX_KEYS]
      .flatMap(Object.values)
      .map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: schema(PRIMARY),
    GlobalSecondaryIndexes: [
      {
        IndexName: INDEX,
        KeySchema: schema(INDEX_KEYS),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: INDEX_ATTRIBUTES },
      },
    ],
  })
  try {
    await client.send(command)
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error
  }
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName: table })
}
