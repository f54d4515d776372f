/** Sending mail. HUB_MAIL_DOMAIN names the domain that mail is written to and sent from; without it there is no mail. */
export const mailDomain = process.env.HUB_MAIL_DOMAIN

/** HUB_MAIL_DNS=0: the domain's zone is not in Route 53, and the records that SES asks for are set by hand. */
const dns = process.env.HUB_MAIL_DNS === '0' ? ({ dns: false } as const) : {}

const identity = mailDomain ? new sst.aws.Email('HubMail', { sender: mailDomain, ...dns }) : undefined

export const sendMail = identity
  ? [
      {
        actions: ['ses:SendEmail', 'ses:SendRawEmail'],
        resources: [identity.nodes.identity.arn, identity.nodes.configurationSet.arn],
      },
    ]
  : []
