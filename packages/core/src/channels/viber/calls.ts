/** Viber's calls half: proves the token, sets and checks the webhook, fetches what customers sent. */
import type { CallContext, ChannelCalls, Connection } from '../../channel.ts'
import type { Check, Connected } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import type { Media } from '../../message.ts'
import { call, ViberError } from './api.ts'
import { classify } from './classify.ts'
import { send } from './send.ts'

/** message, subscribed and unsubscribed come always. */
const EVENTS = ['delivered', 'seen', 'failed', 'subscribed', 'unsubscribed', 'conversation_started']

/** Viber calls us back during set_webhook, so the connection is stored before and its token known to the door. */
async function connect(connection: Connection, context: CallContext): Promise<Connected> {
  if (!connection.hookUrl.startsWith('https://') && connection.apiRoot === undefined)
    throw new VisibleError(
      409,
      'public_url_needed',
      'Viber calls public https addresses only. Start the hub with HUB_PUBLIC_URL.',
    )
  try {
    const account = await call('get_account_info', {}, connection, context)
    if (account.id === undefined) throw new VisibleError(502, 'provider_refused', 'Viber did not say which bot this is.')
    await call('set_webhook', { url: connection.hookUrl, event_types: EVENTS, send_name: true }, connection, context)
    const { id, name, uri } = account
    return { account: id, address: uri ?? name ?? id, ...(name && { name }), data: { ...(uri && { uri }) } }
  } catch (error) {
    throw refusal(error, connection.hookUrl)
  }
}

/** For the person at the setup page. */
function refusal(error: unknown, hookUrl: string): VisibleError {
  if (error instanceof VisibleError) return error
  if (!(error instanceof ViberError))
    return new VisibleError(502, 'provider_unreachable', 'Viber could not be reached. Try again in a minute.')
  if (error.status === 1)
    return new VisibleError(
      400,
      'webhook_unreachable',
      `Viber called ${hookUrl} and did not get its answer. Is it public, with a valid certificate?`,
    )
  if (error.status === 2)
    return new VisibleError(400, 'bad_credentials', 'Viber does not know this token. Copy it again from the admin panel.')
  return new VisibleError(400, 'provider_refused', `Viber refused: ${error.words}`, { provider: error.status ?? error.http })
}

async function check(connection: Connection, context: CallContext): Promise<Check[]> {
  try {
    const { name, webhook = '', event_types = [] } = await call('get_account_info', {}, connection, context)
    const set = webhook === connection.hookUrl
    const missing = EVENTS.filter((event) => !event_types.includes(event))
    return [
      { name: 'token', ok: true, words: `The bot is ${name ?? connection.address}.` },
      { name: 'webhook', ok: set, words: set ? 'Viber calls our webhook.' : movedHook(webhook) },
      {
        name: 'events',
        ok: missing.length === 0,
        words: missing.length ? `Viber does not tell: ${missing.join(', ')}.` : 'Viber tells all we need.',
      },
    ]
  } catch (error) {
    return [{ name: 'token', ok: false, words: classify(error).words }]
  }
}

const movedHook = (url: string) =>
  url === '' ? 'Viber has no webhook of ours. Connect again.' : 'The webhook points elsewhere: somebody else uses this bot.'

/** A webhook that somebody moved meanwhile is not ours to remove. */
async function disconnect(connection: Connection, context: CallContext): Promise<void> {
  const { webhook } = await call('get_account_info', {}, connection, context)
  if (webhook === connection.hookUrl) await call('set_webhook', { url: '' }, connection, context)
}

/** The link is the provider's word, but it leads anywhere: only by the guarded way, and without our token. */
async function media(
  { ref }: Media,
  _connection: Connection,
  context: CallContext,
): Promise<{ bytes: Uint8Array; mime?: string }> {
  if (ref === undefined) throw new VisibleError(404, 'no_media', 'This file has no link at Viber.')
  const response = await context.guardedFetch(ref, { signal: AbortSignal.timeout(context.timeout) })
  if (!response.ok) throw new VisibleError(502, 'media_failed', `Viber answered ${response.status} to the download.`)
  const mime = response.headers.get('content-type')?.split(';')[0]
  return { bytes: new Uint8Array(await response.arrayBuffer()), ...(mime && { mime }) }
}

export const viberCalls: ChannelCalls = { connect, check, disconnect, classify, send, media }
