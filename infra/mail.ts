/** Sending mail. HUB_MAIL_DOMAIN names the domain that mail is written to and sent from; without it there is no mail. */
export const mailDomain = process.env.HUB_MAIL_DOMAIN

/** No opens and clicks: they would need a pixel in people's mail. */
const TOLD = ['send', 'reject', 'bounce', 'complaint', 'delivery', 'delivery-delay', 'rendering-failure'] as const

/** HUB_MAIL_DNS=0: the domain's zone is not in Route 53, and the records that SES asks for are set by hand. */
const dns = process.env.HUB_MAIL_DNS === '0' ? ({ dns: false } as const) : {}

/** Bounces, complaints and deliveries of what was sent: the function that takes mail in hears of them too. */
export const mailEvents = mailDomain ? new aws.sns.Topic('HubMailEvents') : undefined
const heard = mailEvents ? [{ name: 'hub', types: [...TOLD], topic: mailEvents.arn }] : []
if (mailEvents) {
  const account = aws.getCallerIdentityOutput().accountId
  new aws.sns.TopicPolicy('HubMailEventsPolicy', {
    arn: mailEvents.arn,
    policy: $jsonStringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'ses.amazonaws.com' },
          Action: 'sns:Publish',
          Resource: mailEvents.arn,
          Condition: { StringEquals: { 'AWS:SourceAccount': account } },
        },
      ],
    }),
  })
}

const identity = mailDomain ? new sst.aws.Email('HubMail', { sender: mailDomain, events: heard, ...dns }) : undefined

export const sendMail = identity
  ? [
      {
        actions: ['ses:SendEmail', 'ses:SendRawEmail'],
        resources: [identity.nodes.identity.arn, identity.nodes.configurationSet.arn],
      },
    ]
  : []
