/** Every channel's and every tool's webhook: POST /hooks/:connection. */
import { VisibleError } from '@throughline/core/error.ts'
import { receive } from '@throughline/core/flow/receive.ts'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { toProblemResult, toRequest, toResult } from './http.ts'
import { hub } from './runtime.ts'

function hookOf(path: string): string {
  const id = /^\/hooks\/([\w-]{1,64})$/.exec(path)?.[1]
  if (id === undefined) throw new VisibleError(404, 'unknown_hook', 'There is no webhook at this address.')
  return id
}

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const ours = hub()
  try {
    return toResult(await receive(ours, hookOf(event.rawPath), toRequest(ours, event)))
  } catch (error) {
    return toProblemResult(ours, error)
  }
}
