/**
 * Mail in: SES lays it into the bucket, then tells the function, whose event names the real recipients and SES's own verdicts. The
 * domain needs an MX record to inbound-smtp.<region>.amazonaws.com. One rule set is active per region: this one takes its place.
 */
import { MAIL_PREFIX } from '../functions/mail-stamp.ts'
import { bucket } from './blobs.ts'
import { hubFunction } from './function.ts'
import { mailDomain, mailEvents } from './mail.ts'

if (mailDomain) {
  const taker = hubFunction('email', { timeout: 60, memory: '1024 MB' })
  const permission = new aws.lambda.Permission('HubMailPermission', {
    action: 'lambda:InvokeFunction',
    function: taker.name,
    principal: 'ses.amazonaws.com',
    sourceAccount: aws.getCallerIdentityOutput().accountId,
  })
  const rules = new aws.ses.ReceiptRuleSet('HubMailRules', { ruleSetName: `${$app.name}-${$app.stage}` })
  const rule = new aws.ses.ReceiptRule(
    'HubMailRule',
    {
      ruleSetName: rules.ruleSetName,
      recipients: [mailDomain],
      enabled: true,
      scanEnabled: true,
      tlsPolicy: 'Optional',
      s3Actions: [{ position: 1, bucketName: bucket.name, objectKeyPrefix: MAIL_PREFIX }],
      lambdaActions: [{ position: 2, functionArn: taker.arn, invocationType: 'Event' }],
    },
    // SES tries both at once when the rule is made.
    { dependsOn: [permission, bucket] },
  )
  if (mailEvents) {
    const told = new aws.lambda.Permission('HubMailEventsPermission', {
      action: 'lambda:InvokeFunction',
      function: taker.name,
      principal: 'sns.amazonaws.com',
      sourceArn: mailEvents.arn,
    })
    const subscription = { topic: mailEvents.arn, protocol: 'lambda', endpoint: taker.arn }
    new aws.sns.TopicSubscription('HubMailEventsSubscription', subscription, { dependsOn: [told] })
  }
  new aws.ses.ActiveReceiptRuleSet('HubMailActive', { ruleSetName: rules.ruleSetName }, { dependsOn: [rule] })
}
