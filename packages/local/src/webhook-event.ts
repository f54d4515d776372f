/** What a Lambda function URL makes of a request: raw path and query, body in base64. */
import type { IncomingMessage } from 'node:http'
import type { APIGatewayProxyEventV2 } from 'aws-lambda'

const joined = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(',') : value)

export function toEvent(incoming: IncomingMessage, body: ArrayBuffer): APIGatewayProxyEventV2 {
  const target = incoming.url ?? '/'
  const mark = target.indexOf('?')
  const rawPath = mark < 0 ? target : target.slice(0, mark)
  const method = incoming.method ?? 'GET'
  const now = new Date()
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: mark < 0 ? '' : target.slice(mark + 1),
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, joined(value)])),
    requestContext: {
      accountId: 'anonymous',
      apiId: 'local',
      domainName: incoming.headers.host ?? '',
      domainPrefix: 'local',
      http: {
        method,
        path: rawPath,
        protocol: `HTTP/${incoming.httpVersion}`,
        sourceIp: incoming.socket.remoteAddress ?? '',
        userAgent: incoming.headers['user-agent'] ?? '',
      },
      requestId: crypto.randomUUID(),
      routeKey: '$default',
      stage: '$default',
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  }
}
