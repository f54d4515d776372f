/** The only file that knows SST's Resource and the environment. Builds the hub once per cold start, at the first event. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { s3Blobs } from '@throughline/core/blobs/s3.ts'
import { channels } from '@throughline/core/channels/index.ts'
import type { Hub } from '@throughline/core/hub.ts'
import { idMaker } from '@throughline/core/id.ts'
import { jsonLogger } from '@throughline/core/logger.ts'
import { sqsQueue } from '@throughline/core/queue/sqs.ts'
import { parseConfig } from '@throughline/core/routing/config.ts'
import { keyring } from '@throughline/core/secrets/keyring.ts'
import { dynamoStore } from '@throughline/core/store/dynamo.ts'
import { tools } from '@throughline/core/tools/index.ts'
import { Resource } from 'sst'
import config from '../hub.config.ts'
import { fromEnvironment, parseSettings, type Settings } from './settings.ts'

/** The names under which infra/ links them. */
function fromLinks(): unknown {
  const links: Record<string, Record<string, unknown>> = { ...Resource }
  return { ...links.HubSettings, keys: links.HubKeys?.value }
}

const readSettings = (): Settings => parseSettings('HubSettings' in Resource ? fromLinks() : fromEnvironment(process.env))

function build({ table, bucket, queues, publicUrl, keys, endpoint }: Settings): Hub {
  const at = endpoint === undefined ? {} : { endpoint }
  const id = idMaker()
  return {
    store: dynamoStore({ client: new DynamoDBClient(at), table, now: Date.now }),
    queue: sqsQueue({ client: new SQSClient(at), urls: queues, id }),
    blobs: s3Blobs({ client: new S3Client({ ...at, forcePathStyle: endpoint !== undefined }), bucket }),
    secrets: keyring(keys),
    channels,
    tools,
    config: parseConfig(config),
    publicUrl,
    now: Date.now,
    id,
    logger: jsonLogger(),
  }
}

let current: Hub | undefined

/** A machine that builds its own hub (packages/local, tests) gives it here before the first event. */
export const useHub = (hub: Hub) => {
  current = hub
}

export function hub(): Hub {
  current ??= build(readSettings())
  return current
}
