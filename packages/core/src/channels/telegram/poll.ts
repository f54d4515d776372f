/** getUpdates, for machines that Telegram cannot call: each update goes through the same door as a webhook's request. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Update } from 'grammy/types'
import { type Api, GrammyError } from 'grammy/web'
import type { CallContext, Connection, HookRequest } from '../../channel.ts'
import { apiOf, call } from './api.ts'

/** Named one by one: without a list Telegram leaves reactions out. */
export const UPDATES = [
  'message',
  'edited_message',
  'message_reaction',
  'callback_query',
  'my_chat_member',
  'business_message',
  'edited_business_message',
  'deleted_business_messages',
] as const

/** Seconds that Telegram keeps an empty answer back. */
const WAIT = 25

export async function poll(
  connection: Connection,
  context: CallContext,
  deliver: (request: HookRequest) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const api = apiOf(connection, context, WAIT * 1000 + context.timeout, signal)
  let offset: number | undefined
  let failures = 0
  while (!signal.aborted) {
    try {
      const updates = await call(() =>
        api.getUpdates({ ...(offset !== undefined && { offset }), timeout: WAIT, allowed_updates: UPDATES }),
      )
      /** What was asked for with an offset is confirmed; ids may restart lower after a quiet week, so an old offset is dropped. */
      if (updates.length === 0) offset = undefined
      for (const update of updates) {
        if (signal.aborted) return
        await deliver(asRequest(update, connection, context))
        await acknowledge(update, api, connection, context)
        offset = update.update_id + 1
      }
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      failures++
      context.logger.warn('telegram.poll', { connection: connection.id, why: reason(error), failures })
      await pause(error, failures, signal)
    }
  }
}

/** What the webhook's answer does. A button that goes on spinning is no reason to keep back what others wrote. */
async function acknowledge(
  { callback_query: pressed }: Update,
  api: Api,
  connection: Connection,
  context: CallContext,
): Promise<void> {
  if (pressed === undefined) return
  await call(() => api.answerCallbackQuery(pressed.id)).catch((error: unknown) => {
    context.logger.info('telegram.acknowledge', { connection: connection.id, why: reason(error) })
  })
}

function asRequest(update: object, connection: Connection, context: CallContext): HookRequest {
  return {
    door: 'http',
    method: 'POST',
    url: connection.hookUrl,
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': connection.secret },
    body: new TextEncoder().encode(JSON.stringify(update)),
    now: Math.floor(context.now() / 1000),
  }
}

function reason(error: unknown): string {
  if (error instanceof GrammyError && error.error_code === 409)
    return 'Another program receives the updates of this bot: a webhook is set, or a second poller runs. Only one can.'
  return error instanceof Error ? error.message : 'unknown'
}

async function pause(error: unknown, failures: number, signal: AbortSignal): Promise<void> {
  const asked = error instanceof GrammyError ? (error.parameters.retry_after ?? 0) * 1000 : 0
  const milliseconds = Math.max(asked, Math.min(60_000, 250 * 2 ** failures))
  await sleep(milliseconds, undefined, { signal }).catch(() => {})
}
