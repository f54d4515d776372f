import { MAIL_PREFIX } from '../functions/mail-stamp.ts'

const account = aws.getCallerIdentityOutput().accountId

/** Media, long texts, bodies kept aside, and mail as SES took it in (kept a month in case it has to be read again). */
export const bucket = new sst.aws.Bucket('HubBlobs', {
  cors: false,
  lifecycle: [{ id: 'mail', prefix: MAIL_PREFIX, expiresIn: '30 days' }],
  policy: [
    {
      principals: [{ type: 'service', identifiers: ['ses.amazonaws.com'] }],
      actions: ['s3:PutObject'],
      paths: [`${MAIL_PREFIX}*`],
      conditions: [{ test: 'StringEquals', variable: 'AWS:SourceAccount', values: [account] }],
    },
  ],
})
