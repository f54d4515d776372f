/** Telegram's calls half: proves the token, sets or checks the webhook, and hands on to send, media and poll. */
import { GrammyError } from 'grammy/web'
import type { CallContext, ChannelCalls, Connection } from '../../channel.ts'
import type { Check, Connected } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import { apiOf, call } from './api.ts'
import { classify } from './classify.ts'
import { media } from './media.ts'
import { poll, UPDATES } from './poll.ts'
import { send } from './send.ts'

/** Telegram calls https only; a stand-in of ours may be called by plain http. */
const callable = (connection: Connection) => connection.hookUrl.startsWith('https://') || connection.apiRoot !== undefined

async function connect(connection: Connection, context: CallContext): Promise<Connected> {
  const api = apiOf(connection, context)
  try {
    const me = await call(() => api.getMe())
    const webhook = callable(connection)
    await call(() =>
      webhook
        ? api.setWebhook(connection.hookUrl, { secret_token: connection.secret, allowed_updates: UPDATES })
        : /** Without it getUpdates is refused. What customers wrote meanwhile stays. */ api.deleteWebhook(),
    )
    return {
      account: String(me.id),
      address: `@${me.username}`,
      name: me.first_name,
      data: { username: me.username, receives: webhook ? 'webhook' : 'polling' },
    }
  } catch (error) {
    throw refusal(error)
  }
}

/** For the person at the setup page. */
function refusal(error: unknown): VisibleError {
  if (error instanceof GrammyError && (error.error_code === 401 || error.error_code === 404))
    return new VisibleError(400, 'bad_credentials', 'Telegram does not know this token. Copy it again from @BotFather.')
  if (error instanceof GrammyError)
    return new VisibleError(400, 'provider_refused', `Telegram refused: ${error.description}`, { provider: error.error_code })
  return new VisibleError(502, 'provider_unreachable', 'Telegram could not be reached. Try again in a minute.')
}

async function check(connection: Connection, context: CallContext): Promise<Check[]> {
  const api = apiOf(connection, context)
  try {
    const me = await call(() => api.getMe())
    const hook = await call(() => api.getWebhookInfo())
    const expected = callable(connection) ? connection.hookUrl : ''
    const set = hook.url === expected
    const checks = [
      { name: 'token', ok: true, words: `The bot is @${me.username}.` },
      { name: 'webhook', ok: set, words: set ? goodHook(expected) : movedHook(hook.url ?? '') },
      { name: 'waiting', ok: hook.pending_update_count < 100, words: `${hook.pending_update_count} updates wait at Telegram.` },
    ]
    if (hook.last_error_message === undefined) return checks
    const at = hook.last_error_date === undefined ? '' : ` at ${new Date(hook.last_error_date * 1000).toISOString()}`
    return [
      ...checks,
      { name: 'last error', ok: false, words: `Telegram's last call to us failed${at}: ${hook.last_error_message}` },
    ]
  } catch (error) {
    return [{ name: 'token', ok: false, words: classify(error).words }]
  }
}

const goodHook = (url: string) => (url === '' ? 'No webhook: the updates are fetched by polling.' : 'Telegram calls our webhook.')
const movedHook = (url: string) =>
  url === '' ? 'Telegram has no webhook of ours. Connect again.' : 'The webhook points elsewhere: somebody else uses this bot.'

/** A webhook that somebody moved meanwhile is not ours to remove. */
async function disconnect(connection: Connection, context: CallContext): Promise<void> {
  const api = apiOf(connection, context)
  const hook = await call(() => api.getWebhookInfo())
  if (hook.url === connection.hookUrl) await call(() => api.deleteWebhook())
}

export const telegramCalls: ChannelCalls = { connect, check, disconnect, classify, send, media, poll }
