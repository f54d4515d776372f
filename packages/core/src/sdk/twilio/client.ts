/**
 * Twilio's own REST client, as narrow as it comes (its `api` product alone, a seventh of the whole), over the hub's fetch. Loaded at
 * first use, so that a function which never calls Twilio does not pay for it.
 */
import type RequestClientType from 'twilio/lib/base/RequestClient.js'
import * as z from 'zod/mini'
import type { CallContext, Connection } from '../../connector.ts'
import { retryAfter } from '../../http/outcome.ts'
import { TwilioError } from './errors.ts'
import { accountOf } from './schema.ts'

type RequestOptions<T> = RequestClientType.RequestOptions<T>

export type Call = {
  method: string
  uri: string
  username?: string | undefined
  password?: string | undefined
  headers?: Record<string, unknown> | undefined
  params?: object | undefined
  data?: unknown
}

export const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** The account's API key where there is one; the AuthToken is then only for signatures. */
export function authorizationOf(connection: Connection): string {
  const { accountSid, authToken, apiKey, apiSecret } = accountOf(connection)
  return apiKey && apiSecret ? basic(apiKey, apiSecret) : basic(accountSid, authToken)
}

/** All of Twilio's hosts lie under one root where the connection names another server. */
export function rooted(uri: string, connection: Connection): string {
  if (!connection.apiRoot) return uri
  const { pathname, search } = new URL(uri)
  return connection.apiRoot.replace(/\/$/, '') + pathname + search
}

function formOf(data: object): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(data)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null) form.append(name, String(one))
  }
  return form
}

/** One request over the hub's fetch. Whatever is not 2xx is thrown with Twilio's own code. */
export async function callTwilio(call: Call, connection: Connection, context: CallContext) {
  const url = new URL(rooted(call.uri, connection))
  for (const [name, value] of formOf(call.params ?? {})) url.searchParams.append(name, value)
  const json = call.headers?.['Content-Type'] === 'application/json'
  const data = call.data && typeof call.data === 'object' ? call.data : undefined
  const { username, password } = call
  const response = await context.fetch(url, {
    method: call.method.toUpperCase(),
    headers: {
      accept: 'application/json',
      authorization: username && password ? basic(username, password) : authorizationOf(connection),
      ...(json && { 'content-type': 'application/json' }),
    },
    ...(data && { body: json ? JSON.stringify(data) : formOf(data) }),
    redirect: 'error',
    signal: AbortSignal.timeout(context.timeout),
  })
  const text = await response.text()
  if (response.ok) return { statusCode: response.status, text, headers: Object.fromEntries(response.headers) }
  const { code, message } = problemOf(text)
  const after = retryAfter(response.headers.get('retry-after'), context.now())
  throw new TwilioError(response.status, code, message ?? `HTTP ${response.status}`, after)
}

const Problem = z.object({ code: z.optional(z.union([z.number(), z.string()])), message: z.optional(z.string()) })

/** A proxy's error page is no JSON; the status then has to say it. */
function problemOf(text: string): { code?: string; message?: string } {
  try {
    const { code, message } = Problem.parse(JSON.parse(text))
    return { ...(code !== undefined && { code: String(code) }), ...(message && { message }) }
  } catch {
    return {}
  }
}

/** `client.v2010` with everything that `api.twilio.com` has, typed by Twilio. */
export async function twilioApi(connection: Connection, context: CallContext) {
  const [{ default: BaseTwilio }, { default: RequestClient }, { default: Api }] = await Promise.all([
    import('twilio/lib/base/BaseTwilio.js'),
    import('twilio/lib/base/RequestClient.js'),
    import('twilio/lib/rest/ApiBase.js'),
  ])
  const { accountSid, authToken, apiKey, apiSecret } = accountOf(connection)
  const httpClient = new (class extends RequestClient {
    override async request<T>(options: RequestOptions<T>) {
      const { statusCode, text, headers } = await callTwilio(options, connection, context)
      return { statusCode, headers, body: text === '' ? {} : JSON.parse(text) }
    }
  })()
  const client = new BaseTwilio.Client(apiKey ?? accountSid, apiSecret ?? authToken, { accountSid, httpClient })
  return new Api(client).v2010.accounts(accountSid)
}
