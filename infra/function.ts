/** How a function of the hub is made: what it is linked to, and the few things it may do. */
import { INDEX } from '../packages/core/src/store/definition.ts'
import { bucket } from './blobs.ts'
import { gateway } from './gateway.ts'
import { queues } from './queues.ts'
import { keys } from './secrets.ts'
import { table } from './table.ts'

/** Names only. Linking the resources themselves would allow every action on them. */
const settings = new sst.Linkable('HubSettings', {
  properties: {
    table: table.name,
    bucket: bucket.name,
    queues: { route: queues.route.url, fetch: queues.fetch.url, deliver: queues.deliver.url, mirror: queues.mirror.url },
    publicUrl: gateway.url,
  },
})

type Permission = { actions: string[]; resources: $util.Input<string>[] }

export const may = {
  items: {
    actions: ['BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'].map((action) => `dynamodb:${action}`),
    resources: [table.arn, $interpolate`${table.arn}/index/${INDEX}`],
  },
  poke: { actions: ['sqs:SendMessage'], resources: Object.values(queues).map((queue) => queue.arn) },
  blobs: { actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], resources: [$interpolate`${bucket.arn}/*`] },
  /** Without it a missing object reads as forbidden. */
  findBlobs: { actions: ['s3:ListBucket'], resources: [bucket.arn] },
  consume: (queue: sst.aws.Queue): Permission => ({
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ChangeMessageVisibility'],
    resources: [queue.arn],
  }),
} satisfies Record<string, Permission | ((queue: sst.aws.Queue) => Permission)>

type Options = { timeout: number; memory?: `${number} MB`; permissions?: Permission[] }

/** All that were made, for alarms.ts. */
export const functions: Record<string, sst.aws.Function> = {}

/** `name` is the file in functions/. */
export function hubFunction(name: string, { timeout, memory = '512 MB', permissions = [] }: Options): sst.aws.Function {
  const made = new sst.aws.Function(`Hub${name[0]?.toUpperCase()}${name.slice(1)}Function`, {
    handler: `functions/${name}.handler`,
    runtime: 'nodejs24.x',
    architecture: 'arm64',
    timeout: `${timeout} seconds`,
    memory,
    link: [settings, keys],
    permissions: [may.items, may.poke, may.blobs, may.findBlobs, ...permissions],
    nodejs: { minify: true },
    logging: { retention: '1 month' },
  })
  functions[name] = made
  return made
}
