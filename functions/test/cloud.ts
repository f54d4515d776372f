/** What the functions find in the cloud, on 127.0.0.1: dynalite for the table; SQS and S3 as far as they are used. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { memoryBlobs } from '@throughline/core/blobs/memory.ts'
import { channels } from '@throughline/core/channels/index.ts'
import type { Hub } from '@throughline/core/hub.ts'
import { idMaker } from '@throughline/core/id.ts'
import { jsonLogger } from '@throughline/core/logger.ts'
import { Poke } from '@throughline/core/queue/queue.ts'
import { parseConfig } from '@throughline/core/routing/config.ts'
import { keyring, newKey } from '@throughline/core/secrets/keyring.ts'
import { dynamoStore } from '@throughline/core/store/dynamo.ts'
import { createTable } from '@throughline/core/store/table.ts'
import { tools } from '@throughline/core/tools/index.ts'
import dynalite from 'dynalite'
import * as z from 'zod/mini'

const TABLE = 'hub'
const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' }

export type Cloud = {
  env: Record<string, string>
  /** Of the same table and keys, to lay things in and look at what became of them. */
  hub: Hub
  pokes: Poke[]
  objects: Map<string, Buffer>
  stop(): void
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port')
  return `http://127.0.0.1:${address.port}`
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const Batch = z.object({ Entries: z.array(z.object({ Id: z.string(), MessageBody: z.string() })) })

function startSqs(pokes: Poke[]): Server {
  return createServer(async (request, response) => {
    const { Entries } = Batch.parse(JSON.parse((await bodyOf(request)).toString()))
    pokes.push(...Entries.map((entry) => Poke.parse(JSON.parse(entry.MessageBody))))
    const md5 = (text: string) => createHash('md5').update(text).digest('hex')
    const Successful = Entries.map(({ Id, MessageBody }) => ({ Id, MessageId: Id, MD5OfMessageBody: md5(MessageBody) }))
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify({ Successful, Failed: [] }))
  })
}

/** Objects by the path `/bucket/key`. */
function startS3(objects: Map<string, Buffer>): Server {
  return createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://s3').pathname)
    const body = await bodyOf(request)
    if (request.method === 'PUT') objects.set(path, body)
    const found = objects.get(path)
    if (found) response.writeHead(200).end(request.method === 'GET' ? found : undefined)
    else response.writeHead(404, { 'content-type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code></Error>')
  })
}

export async function startCloud(): Promise<Cloud> {
  const pokes: Poke[] = []
  const objects = new Map<string, Buffer>()
  const servers = [dynalite({ createTableMs: 0 }), startSqs(pokes), startS3(objects)]
  const [table = '', sqs = '', s3 = ''] = await Promise.all(servers.map(listen))
  const client = new DynamoDBClient({ endpoint: table, region: 'us-east-1', credentials: CREDENTIALS })
  await createTable(client, TABLE)
  const keys = newKey()
  const publicUrl = 'https://hub.example'
  return {
    env: {
      HUB_TABLE: TABLE,
      HUB_BUCKET: 'blobs',
      ...Object.fromEntries(['ROUTE', 'FETCH', 'DELIVER', 'MIRROR'].map((to) => [`HUB_QUEUE_${to}`, `${sqs}/1/${to}.fifo`])),
      HUB_PUBLIC_URL: publicUrl,
      HUB_KEYS: keys,
      AWS_ENDPOINT_URL_DYNAMODB: table,
      AWS_ENDPOINT_URL_SQS: sqs,
      AWS_ENDPOINT_URL_S3: s3,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
    hub: {
      store: dynamoStore({ client, table: TABLE, now: Date.now }),
      queue: { send: async (some) => void pokes.push(...some) },
      blobs: memoryBlobs(),
      secrets: keyring(keys),
      channels,
      tools,
      config: parseConfig({}),
      publicUrl,
      now: Date.now,
      id: idMaker(),
      logger: jsonLogger(() => {}),
    },
    pokes,
    objects,
    stop: () => {
      for (const server of servers) server.close()
    },
  }
}
