/** Telegram's Bot API by grammY, over the hub's own fetch. */
import { Api, GrammyError } from 'grammy/web'
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

/** grammY's refusals carry the whole payload, words of the customer included: that must not reach a log. */
export async function call<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof GrammyError)) throw error
    const { method, error_code, description, parameters } = error
    throw new GrammyError(`Call to ${method} failed`, { ok: false, error_code, description, parameters }, method, {})
  }
}
