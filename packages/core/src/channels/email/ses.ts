/** Sending through Amazon SES of the account that the hub runs in. */
import type { SESv2Client } from '@aws-sdk/client-sesv2'
import type { CallContext, Connection } from '../../connector.ts'
import type { Composed } from './compose.ts'

async function withSes<T>(
  connection: Connection,
  context: CallContext,
  run: (ses: SESv2Client, sdk: typeof import('@aws-sdk/client-sesv2')) => Promise<T>,
): Promise<T> {
  const sdk = await import('@aws-sdk/client-sesv2')
  const { region } = connection.settings
  const ses = new sdk.SESv2Client({
    // SendEmail has no idempotency token: a second try of the SDK's own could be a second mail.
    maxAttempts: 1,
    // Without the last one the SDK only warns and waits on.
    requestHandler: { connectionTimeout: context.timeout, requestTimeout: context.timeout, throwOnRequestTimeout: true },
    ...(typeof region === 'string' && region && { region }),
    ...(connection.apiRoot?.startsWith('http') && { endpoint: connection.apiRoot }),
  })
  try {
    return await run(ses, sdk)
  } finally {
    ses.destroy()
  }
}

/** A tag takes few characters; the reference comes back with SES' events. */
const tag = (reference: string) => reference.replace(/[^\w.@-]/g, '-').slice(0, 256)

export const sendBySes = (mail: Composed, reference: string, connection: Connection, context: CallContext): Promise<string> =>
  withSes(connection, context, async (ses, { SendEmailCommand }) => {
    const { MessageId } = await ses.send(
      new SendEmailCommand({
        FromEmailAddress: mail.from,
        Destination: { ToAddresses: [mail.to], ...(mail.cc.length > 0 && { CcAddresses: mail.cc }) },
        Content: { Raw: { Data: mail.raw } },
        EmailTags: [{ Name: 'reference', Value: tag(reference) }],
      }),
    )
    if (!MessageId) throw new Error('SES took the mail and gave no id')
    return MessageId
  })

export const readSesAccount = (connection: Connection, context: CallContext): Promise<{ sends: boolean; sandbox: boolean }> =>
  withSes(connection, context, async (ses, { GetAccountCommand }) => {
    const { SendingEnabled = false, ProductionAccessEnabled = false } = await ses.send(new GetAccountCommand({}))
    return { sends: SendingEnabled, sandbox: !ProductionAccessEnabled }
  })
