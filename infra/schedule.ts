/** What happens by itself: the minute's due records, and healing behind the table's change stream. */
import { keys as shapes } from '../packages/core/src/store/keys.ts'
import { hubFunction } from './function.ts'
import { table } from './table.ts'

const due = hubFunction('due', { timeout: 50 })
new sst.aws.CronV2('HubDue', { schedule: 'rate(1 minute)', function: due.arn })

/** Late on purpose: by then a healthy poke has done its work, and what is still behind was lost. */
const LATE_SECONDS = 60

const heal = hubFunction('heal', {
  timeout: 60,
  permissions: [
    {
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      resources: [table.nodes.table.streamArn],
    },
  ],
})
table.subscribe('Heal', heal.arn, {
  // New entries alone wake it: cursors, receipts and claims are no news.
  filters: [{ eventName: ['INSERT'], dynamodb: { Keys: { sk: { S: [{ prefix: shapes.entries }] } } } }],
  transform: {
    eventSourceMapping: {
      batchSize: 500,
      maximumBatchingWindowInSeconds: LATE_SECONDS,
      functionResponseTypes: ['ReportBatchItemFailures'],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 5,
    },
  },
})
