/** Slack's Web API, the six methods that we need. */
import * as z from 'zod/mini'
import type { CallContext, Connection } from '../../connector.ts'
import { retryAfter } from '../../http/outcome.ts'
import { Credentials } from './index.ts'

/** Slack said no: `code` is its own word, or `http_503` where it said nothing of itself. */
export class SlackError extends Error {
  override readonly name = 'SlackError'
  constructor(
    readonly method: string,
    readonly code: string,
    readonly after?: number,
    readonly needed?: string,
  ) {
    super(`${method}: ${code}`)
  }
}

const Outcome = z.looseObject({ ok: z.boolean(), error: z.optional(z.string()), needed: z.optional(z.string()) })

/** Objects go as JSON inside the form; the reading methods take no JSON body. */
export type Args = Record<string, string | boolean | number | object | undefined>

function form(args: Args): URLSearchParams {
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(args)) {
    if (value !== undefined) fields.set(name, typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return fields
}

export async function call(method: string, args: Args, connection: Connection, context: CallContext) {
  const { botToken } = Credentials.parse(connection.credentials)
  const root = (connection.apiRoot ?? 'https://slack.com').replace(/\/$/, '')
  const response = await context.fetch(`${root}/api/${method}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${botToken}` },
    body: form(args),
    redirect: 'error',
    signal: AbortSignal.timeout(context.timeout),
  })
  const text = await response.text()
  const after = retryAfter(response.headers.get('retry-after'), context.now())
  if (response.status === 429) throw new SlackError(method, 'ratelimited', after)
  const outcome = Outcome.safeParse(jsonOf(text))
  if (!outcome.success) throw new SlackError(method, `http_${response.status}`, after)
  const { ok, error = `http_${response.status}`, needed } = outcome.data
  if (!ok) throw new SlackError(method, error, after, needed)
  return { body: outcome.data, scopes: response.headers.get('x-oauth-scopes')?.split(/\s*,\s*/) }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
