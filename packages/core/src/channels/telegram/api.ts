/** Telegram's Bot API by grammY, over the hub's own fetch. */
import { Api, GrammyError, HttpError } from 'grammy/web'
import * as z from 'zod/mini'
import type { CallContext, Connection } from '../../channel.ts'

const Token = z.object({ token: z.string() })

export const rootOf = (connection: Connection) => (connection.apiRoot ?? 'https://api.telegram.org').replace(/\/+$/, '')
export const tokenOf = (connection: Connection) => Token.parse(connection.credentials).token

/** `until`: ends the call early. grammY's own signals are typed by another library and would not take it. */
export function apiOf(connection: Connection, context: CallContext, timeout = context.timeout, until?: AbortSignal): Api {
  const limited: typeof fetch = (input, init) => {
    const signals = [init?.signal, until, AbortSignal.timeout(timeout)].filter((signal) => signal != null)
    return context.fetch(input, { ...init, signal: AbortSignal.any(signals) })
  }
  return new Api(tokenOf(connection), { apiRoot: rootOf(connection), fetch: limited })
}

/** grammY's errors carry the whole payload, and fetch's may carry the URL with the token: neither may reach a log. */
export async function call<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof GrammyError) {
      const { error_code, description, parameters } = error
      throw new GrammyError(
        `Call to ${error.method} failed`,
        { ok: false, error_code, description, parameters },
        error.method,
        {},
      )
    }
    if (error instanceof HttpError) throw new HttpError(error.message, lineError(error.error))
    throw error
  }
}

/** Of a lost line only its name and code: `TimeoutError`, `ECONNREFUSED`. */
export function lineError(error: unknown): { name: string; code: string } {
  const found = { name: 'Error', code: '' }
  for (let one = error, depth = 0; one instanceof Error && depth < 5; one = one.cause, depth++) {
    if (depth === 0) found.name = one.name
    if ('code' in one && typeof one.code === 'string') found.code = one.code
  }
  return found
}
