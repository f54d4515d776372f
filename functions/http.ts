/** API Gateway's and function URLs' events (payload 2.0) and the core's requests and answers. */
import type { HookAnswer, HookRequest } from '@throughline/core/connector.ts'
import { toProblem, VisibleError } from '@throughline/core/error.ts'
import type { Hub } from '@throughline/core/hub.ts'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'

const MAX_BODY = 1024 * 1024

/** Signatures are counted over the bytes: base64 is honoured where it is said, never guessed. */
function bodyOf({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Buffer {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')
  if (bytes.length > MAX_BODY) throw new VisibleError(413, 'too_large', 'The body of a webhook is at most 1 MB.')
  return bytes
}

const lowerCase = (headers: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), value]])),
  )

export function toRequest(hub: Hub, event: APIGatewayProxyEventV2): HookRequest {
  const { rawPath, rawQueryString, headers } = event
  return {
    door: 'http',
    method: event.requestContext.http.method,
    url: `${hub.publicUrl}${rawPath}${rawQueryString ? `?${rawQueryString}` : ''}`,
    query: new URLSearchParams(rawQueryString),
    headers: lowerCase(headers),
    body: bodyOf(event),
    now: Math.floor(hub.now() / 1000),
  }
}

export const toResult = ({ status, headers, body }: HookAnswer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: headers ?? {},
  body: body ?? '',
})

/** What callers may see as a problem; all else is logged and shows no details, and 5xx makes the other side try again. */
export function toProblemResult(hub: Hub, error: unknown): APIGatewayProxyStructuredResultV2 {
  if (!(error instanceof VisibleError)) hub.logger.error('webhook.failed', { error })
  const problem = toProblem(error)
  return toResult({
    status: problem.status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify(problem),
  })
}
