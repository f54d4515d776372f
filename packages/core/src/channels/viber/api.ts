/** One call of Viber's REST API. HTTP says 200 to errors as well: the truth is `status` in the body. */
import * as z from 'zod/mini'
import type { CallContext, Connection } from '../../channel.ts'
import { retryAfter } from '../../http/outcome.ts'
import { Credentials } from './index.ts'
import { MessageToken, readJson } from './json.ts'

/** Viber said no: by its status, or by HTTP before it came to one. */
export class ViberError extends Error {
  override readonly name = 'ViberError'
  constructor(
    readonly status: number | undefined,
    readonly http: number,
    readonly words: string,
    /** Seconds, of a Retry-After header. */
    readonly after: number | undefined,
  ) {
    super(`Viber answered ${status ?? `HTTP ${http}`}: ${words}`)
  }
}

const Answer = z.object({
  status: z.int(),
  status_message: z.catch(z.string(), ''),
  message_token: z.optional(MessageToken),
  id: z.optional(z.string()),
  name: z.optional(z.string()),
  uri: z.optional(z.string()),
  webhook: z.optional(z.string()),
  event_types: z.optional(z.array(z.string())),
})
export type Answer = z.infer<typeof Answer>

type Method = 'send_message' | 'set_webhook' | 'get_account_info'

export async function call(method: Method, body: object, connection: Connection, context: CallContext): Promise<Answer> {
  const root = (connection.apiRoot ?? 'https://chatapi.viber.com').replace(/\/+$/, '')
  const { token } = Credentials.parse(connection.credentials)
  const response = await context.fetch(`${root}/pa/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-viber-auth-token': token },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(context.timeout),
  })
  const answer = Answer.safeParse(readJson(await response.text()))
  const after = retryAfter(response.headers.get('retry-after'), context.now())
  if (answer.success && answer.data.status !== 0)
    throw new ViberError(answer.data.status, response.status, answer.data.status_message, after)
  if (!response.ok) throw new ViberError(undefined, response.status, response.statusText, after)
  /** Taken, it seems, but not in words that we know. */
  if (!answer.success) throw new Error('Viber gave an answer that could not be read')
  return answer.data
}
