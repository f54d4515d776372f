/** What must be true of every deployment, asked of the resources that SST's components would make (resources.mjs). */
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { parseSettings } from '../../functions/settings.ts'
import { deployToNowhere } from './resources.mjs'

let deployed
before(async () => {
  deployed = await deployToNowhere({
    SST_SECRET_HubKeys: 'k1:secret',
    HUB_MAIL_DOMAIN: 'mail.example',
    HUB_MAIL_DNS: '0',
    AWS_EC2_METADATA_DISABLED: 'true',
  })
  console.log(`${deployed.resources.length} resources, ${deployed.functions.length} functions`)
})

/** Pulumi marks what may be secret by a wrapper. */
const plain = (value) =>
  value !== null && typeof value === 'object' && 'value' in value && Object.keys(value).length === 2 ? value.value : value
const of = (type) => deployed.resources.filter((resource) => resource.type === type)
const last = (arn) => plain(arn).split(':').at(-1)
const queueOf = (name) => of('aws:sqs/queue:Queue').find((queue) => queue.name === name)?.inputs
const functionOf = (name) => of('aws:lambda/function:Function').find((made) => made.name === name)?.inputs

test('every function of the folder is deployed, on arm64, linked to settings that the runtime accepts', () => {
  const names = deployed.functions.map(({ handler }) => handler.split('/')[1].split('.')[0]).sort()
  assert.deepEqual(names, ['api', 'dead', 'deliver', 'due', 'email', 'fetch', 'heal', 'mirror', 'route', 'webhook'])
  for (const { id, links } of deployed.functions) {
    const settings = parseSettings({ ...links.HubSettings, keys: links.HubKeys.value })
    assert.match(settings.queues.deliver, /HubDeliverQueue$/, id)
  }
  for (const { inputs } of of('aws:lambda/function:Function')) {
    assert.deepEqual([inputs.runtime, inputs.architectures], ['nodejs24.x', ['arm64']])
    assert.doesNotMatch(JSON.stringify(inputs.environment), /k1:secret/)
  }
})

test('the table has its keys, index, expiry and a stream of keys', () => {
  const [{ inputs }] = of('aws:dynamodb/table:Table')
  const attributes = inputs.attributes.map(({ name }) => name)
  const used = [inputs, ...inputs.globalSecondaryIndexes].flatMap(({ hashKey, rangeKey }) => [hashKey, rangeKey])
  assert.deepEqual(used.sort(), attributes.sort())
  const [index] = inputs.globalSecondaryIndexes
  assert.deepEqual([index.name, index.projectionType, index.nonKeyAttributes], ['list', 'INCLUDE', ['listed', 'expiresAt']])
  assert.deepEqual([inputs.ttl.attributeName, inputs.ttl.enabled, inputs.streamViewType], ['expiresAt', true, 'KEYS_ONLY'])
  assert.equal(inputs.billingMode, 'PAY_PER_REQUEST')
})

test('every queue is FIFO with many groups at once, unique deduplication and an end for what fails', () => {
  const queues = of('aws:sqs/queue:Queue')
  assert.equal(queues.length, 5)
  for (const { name, inputs } of queues) {
    assert.deepEqual([inputs.fifoQueue, inputs.contentBasedDeduplication], [true, false], name)
    assert.deepEqual([inputs.deduplicationScope, inputs.fifoThroughputLimit], ['messageGroup', 'perMessageGroupId'], name)
    if (name === 'HubDeadQueue') continue
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(inputs.redrivePolicy)
    assert.equal(last(deadLetterTargetArn), 'HubDeadQueue')
    assert.ok(maxReceiveCount >= 3 && maxReceiveCount <= 5)
  }
})

test('every queue has one consumer that answers for each record, and time enough to do so', () => {
  const mappings = of('aws:lambda/eventSourceMapping:EventSourceMapping').filter(({ inputs }) =>
    inputs.eventSourceArn.includes(':sqs:'),
  )
  assert.deepEqual(
    mappings.map(({ inputs }) => last(inputs.eventSourceArn)).sort(),
    of('aws:sqs/queue:Queue')
      .map(({ name }) => name)
      .sort(),
  )
  for (const { inputs } of mappings) {
    const queue = queueOf(last(inputs.eventSourceArn))
    const consumer = functionOf(last(inputs.functionName))
    assert.deepEqual(inputs.functionResponseTypes, ['ReportBatchItemFailures'])
    assert.ok(inputs.batchSize <= 10 && inputs.maximumBatchingWindowInSeconds === 0)
    assert.ok(queue.visibilityTimeoutSeconds >= 6 * consumer.timeout)
  }
})

test('heal hears of new entries alone, late, and says where it failed', () => {
  const streams = of('aws:lambda/eventSourceMapping:EventSourceMapping').filter(({ inputs }) =>
    inputs.eventSourceArn.includes(':dynamodb:'),
  )
  assert.equal(streams.length, 1)
  const [{ inputs }] = streams
  assert.equal(last(inputs.functionName), 'HubHealFunctionFunction')
  assert.deepEqual(inputs.functionResponseTypes, ['ReportBatchItemFailures'])
  assert.deepEqual(
    inputs.filterCriteria.filters.map(({ pattern }) => JSON.parse(pattern)),
    [{ eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: 'E#' }] } } } }],
  )
})

test('no function may do everything, or anything to everything', () => {
  const policies = of('aws:iam/role:Role').flatMap(({ name, inputs }) =>
    (plain(inputs.inlinePolicies) ?? []).map(({ policy }) => [name, plain(policy)]),
  )
  assert.ok(policies.length >= 10)
  for (const [name, policy] of policies) {
    for (const { actions = [], resources = [] } of JSON.parse(policy).Statement ?? []) {
      assert.ok(
        actions.every((action) => !action.includes('*')),
        `${name}: ${actions}`,
      )
      assert.ok(
        resources.every((resource) => resource !== '*'),
        `${name}: ${resources}`,
      )
    }
  }
  const may = (name, action) => policies.some(([role, policy]) => role === name && policy.includes(action))
  assert.ok(may('HubDeliverFunctionRole', 'ses:SendEmail') && !may('HubWebhookFunctionRole', 'ses:SendEmail'))
  assert.ok(may('HubRouteFunctionRole', 'sqs:ReceiveMessage') && !may('HubWebhookFunctionRole', 'sqs:ReceiveMessage'))
})

test('webhooks reach their function, all else the other, and mail its own', () => {
  const routes = of('aws:apigatewayv2/route:Route').map(({ inputs }) => inputs.routeKey)
  assert.deepEqual(routes.sort(), ['$default', 'ANY /hooks/{connection}'])
  const [{ inputs }] = of('aws:ses/receiptRule:ReceiptRule')
  const [lambda] = plain(inputs.lambdaActions)
  assert.equal(last(lambda.functionArn), 'HubEmailFunctionFunction')
  assert.ok(inputs.s3Actions[0].position < lambda.position)
  const [{ inputs: mail }] = of('aws:s3/bucketPolicy:BucketPolicy')
  assert.match(mail.policy, /inbound-mail\/\*/)
  const [{ inputs: told }] = of('aws:sns/topicSubscription:TopicSubscription')
  assert.deepEqual([told.protocol, last(told.endpoint)], ['lambda', 'HubEmailFunctionFunction'])
  const [{ inputs: events }] = of('aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination')
  assert.ok(JSON.stringify(events).includes('BOUNCE') && JSON.stringify(events).includes('COMPLAINT'))
})
