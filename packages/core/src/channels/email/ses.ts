/** Sending through Amazon SES of the account that the hub runs in. */
import type { CallContext, Connection } from '../../connector.ts'
import type { Composed } from './compose.ts'

async function client(connection: Connection, context: CallContext) {
  const { SESv2Client } = await import('@aws-sdk/client-sesv2')
  const { region } = connection.settings
  return new SESv2Client({
    // SendEmail has no idempotency token: a second try of the SDK's own could be a second mail.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: context.timeout, requestTimeout: context.timeout },
    ...(typeof region === 'string' && region && { region }),
    ...(connection.apiRoot?.startsWith('http') && { endpoint: connection.apiRoot }),
  })
}

/** A tag takes few characters; the reference comes back with SES' events. */
const tag = (reference: string) => reference.replace(/[^\w.@-]/g, '-').slice(0, 256)

export async function sendBySes(
  mail: Composed,
  reference: string,
  connection: Connection,
  context: CallContext,
): Promise<string> {
  const ses = await client(connection, context)
  const { SendEmailCommand } = await import('@aws-sdk/client-sesv2')
  const { MessageId } = await ses.send(
    new SendEmailCommand({
      FromEmailAddress: mail.from,
      Destination: { ToAddresses: [mail.to] },
      Content: { Raw: { Data: mail.raw } },
      EmailTags: [{ Name: 'reference', Value: tag(reference) }],
    }),
  )
  if (!MessageId) throw new Error('SES took the mail and gave no id')
  return MessageId
}

export async function readSesAccount(connection: Connection, context: CallContext) {
  const ses = await client(connection, context)
  const { GetAccountCommand } = await import('@aws-sdk/client-sesv2')
  const { SendingEnabled = false, ProductionAccessEnabled = false } = await ses.send(new GetAccountCommand({}))
  return { sends: SendingEnabled, sandbox: !ProductionAccessEnabled }
}
