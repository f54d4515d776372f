/** Telegram's calls half: proves the token, sets or checks the webhook, and hands on to send, media and poll. */
import { GrammyError } from 'grammy/web'
import type { CallContext, ChannelCalls, Connection } from '../../channel.ts'
import type { Check, Connected } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import { apiOf, call } from './api.ts'
import { edit, react, remove, typing } from './change.ts'
import { classify } from './classify.ts'
import { media } from './media.ts'
import { poll, UPDATES } from './poll.ts'
import { send } from './send.ts'

/** Telegram calls https only; a stand-in of ours may be called by plain http. */
const callable = (connection: Connection) => connection.hookUrl.startsWith('https://') || connection.apiRoot !== undefined

/** Where Telegram calls at all. */
const PORTS = ['', '80', '88', '443', '8443']

async function connect(connection: Connection, context: CallContext): Promise<Connected> {
  if (connection.apiRoot === undefined && callable(connection) && !PORTS.includes(new URL(connection.hookUrl).port))
    throw new VisibleError(409, 'port_not_called', 'Telegram calls the ports 443, 80, 88 and 8443 only. Change HUB_PUBLIC_URL.')
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
    const missing = expected === '' ? [] : UPDATES.filter((kind) => !hook.allowed_updates?.includes(kind))
    const checks = [
      { name: 'token', ok: true, words: `The bot is @${me.username}.` },
      { name: 'webhook', ok: set, words: set ? goodHook(expected) : movedHook(hook.url ?? '') },
      {
        name: 'updates',
        ok: missing.length === 0,
        words: missing.length ? `Telegram does not tell: ${missing.join(', ')}. Connect again.` : 'Telegram tells all we need.',
      },
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

export const telegramCalls: ChannelCalls = {
  connect,
  check,
  disconnect,
  classify,
  send,
  edit,
  remove,
  react,
  typing,
  media,
  poll,
}
