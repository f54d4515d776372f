/** The only file that knows SST's Resource and the environment. Builds the hub once per cold start, at the first event. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { Blobs } from '@throughline/core/blobs/blobs.ts'
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

/** S3's client is loaded by the first blob: most messages have none, and every cold start would pay for it. */
function lateBlobs(bucket: string): Blobs {
  let opened: Promise<Blobs> | undefined
  const blobs = () => {
    opened ??= import('./blobs.ts').then(({ openBlobs }) => openBlobs(bucket))
    return opened
  }
  return {
    put: async (key, blob) => (await blobs()).put(key, blob),
    get: async (key) => (await blobs()).get(key),
    delete: async (key) => (await blobs()).delete(key),
  }
}

function build({ table, bucket, queues, publicUrl, keys }: Settings): Hub {
  const id = idMaker()
  return {
    store: dynamoStore({ client: new DynamoDBClient({}), table, now: Date.now }),
    queue: sqsQueue({ client: new SQSClient({}), urls: queues, id }),
    blobs: lateBlobs(bucket),
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
