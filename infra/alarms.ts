/** What an operator has to hear of. HUB_ALARM_EMAIL gets it; without it the alarms only show in CloudWatch. */
import { functions } from './function.ts'
import { gateway } from './gateway.ts'
import { dead, queues } from './queues.ts'

const NAMESPACE = `Throughline/${$app.stage}`
const ERRORS = 'Errors'
const FIVE_MINUTES = 300

const topic = new aws.sns.Topic('HubAlarms')
const email = process.env.HUB_ALARM_EMAIL
if (email) new aws.sns.TopicSubscription('HubAlarmsEmail', { topic: topic.arn, protocol: 'email', endpoint: email })

type Metric = Pick<aws.cloudwatch.MetricAlarmArgs, 'namespace' | 'metricName' | 'dimensions' | 'statistic' | 'threshold'>

const alarm = (name: string, words: string, metric: Metric) =>
  new aws.cloudwatch.MetricAlarm(`HubAlarm${name}`, {
    ...metric,
    alarmDescription: words,
    comparisonOperator: 'GreaterThanThreshold',
    evaluationPeriods: 1,
    period: FIVE_MINUTES,
    treatMissingData: 'notBreaching',
    alarmActions: [topic.arn],
    okActions: [topic.arn],
  })

/** Whatever a function logs as an error: buried pokes among them (core/src/logger.ts). */
for (const [name, made] of Object.entries(functions)) {
  new aws.cloudwatch.LogMetricFilter(`HubErrors${name}`, {
    logGroupName: made.nodes.logGroup.apply((group) => group?.name ?? $util.output('')),
    pattern: '{ $.level = "error" }',
    metricTransformation: { namespace: NAMESPACE, name: ERRORS, value: '1', defaultValue: '0' },
  })
}
alarm('Errors', 'Functions log errors', { namespace: NAMESPACE, metricName: ERRORS, statistic: 'Sum', threshold: 0 })

const ofQueue = (queue: sst.aws.Queue) => ({ namespace: 'AWS/SQS', dimensions: { QueueName: queue.nodes.queue.name } })
alarm('Dead', 'Pokes lie in the dead-letter queue', {
  ...ofQueue(dead),
  metricName: 'ApproximateNumberOfMessagesVisible',
  statistic: 'Maximum',
  threshold: 0,
})
for (const [name, queue] of Object.entries(queues)) {
  alarm(`Late${name}`, `The ${name} queue is a quarter of an hour behind`, {
    ...ofQueue(queue),
    metricName: 'ApproximateAgeOfOldestMessage',
    statistic: 'Maximum',
    threshold: 15 * 60,
  })
}
alarm('Gateway', 'Webhooks or requests are answered with 5xx', {
  namespace: 'AWS/ApiGateway',
  metricName: '5xx',
  dimensions: { ApiId: gateway.nodes.api.id },
  statistic: 'Sum',
  threshold: 0,
})
