import type { SendContext, Sent } from '../../channel.ts'
import type { Connection } from '../../connector.ts'
import { twilioApi } from './client.ts'
import type { Content } from './content.ts'
import { TwilioError } from './errors.ts'
import { hookFor, isReachable } from './hook.ts'
import { originOf } from './schema.ts'

/**
 * One Messages.create. Twilio has no idempotency key, so our reference rides in the callback's query: a callback tells the id of a
 * send whose answer was lost. `prefix` is `whatsapp:` there.
 */
export async function sendTwilio(
  content: Content,
  to: string,
  connection: Connection,
  context: SendContext,
  prefix: '' | 'whatsapp:',
): Promise<Sent> {
  const origin = originOf(connection)
  if (!origin) throw new TwilioError(400, '21603', 'The connection has neither a number nor a Messaging Service.')
  const account = await twilioApi(connection, context)
  const message = await account.messages.create({
    to: prefix + to,
    ...('from' in origin ? { from: prefix + origin.from } : origin),
    ...content,
    ...(isReachable(connection) && { statusCallback: hookFor(connection, `?m=${encodeURIComponent(context.reference)}`) }),
  })
  if (typeof message.sid !== 'string') throw new Error('Twilio took the message and gave no id')
  return { id: message.sid, state: 'accepted' }
}
