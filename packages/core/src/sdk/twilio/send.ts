import type { SendContext, Sent, Unit } from '../../channel.ts'
import type { Connection } from '../../connector.ts'
import { isMedia } from '../../message.ts'
import { twilioApi } from './client.ts'
import { TwilioError, Unsendable } from './errors.ts'
import { hookFor, isReachable } from './hook.ts'
import { originOf } from './schema.ts'

/**
 * One Messages.create. Twilio has no idempotency key, so our reference rides in the callback's query: a callback tells the id of a
 * send whose answer was lost. `prefix` is `whatsapp:` there.
 */
export async function sendTwilio(
  unit: Unit,
  to: string,
  connection: Connection,
  context: SendContext,
  prefix: '' | 'whatsapp:',
): Promise<Sent> {
  const origin = originOf(connection)
  if (!origin) throw new TwilioError(400, '21603', 'The connection has neither a number nor a Messaging Service.')
  const body = unit.parts.flatMap((part) => {
    if (part.type === 'text') return [part.text]
    if (isMedia(part)) return part.caption ? [part.caption] : []
    throw new Unsendable(`Twilio carries text and files, not a ${part.type}.`)
  })
  const mediaUrl = unit.parts.filter(isMedia).map((part) => context.link(part.media))
  const account = await twilioApi(connection, context)
  const message = await account.messages.create({
    to: prefix + to,
    ...('from' in origin ? { from: prefix + origin.from } : origin),
    ...(body.length > 0 && { body: body.join('\n') }),
    ...(mediaUrl.length > 0 && { mediaUrl }),
    ...(isReachable(connection) && { statusCallback: hookFor(connection, `?m=${encodeURIComponent(context.reference)}`) }),
  })
  if (typeof message.sid !== 'string') throw new Error('Twilio took the message and gave no id')
  return { id: message.sid, state: 'accepted' }
}
