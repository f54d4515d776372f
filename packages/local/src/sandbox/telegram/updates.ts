/** The receiving half: updates wait in the outbox, in one lane per chat, for a webhook or for getUpdates. */
import type { Update } from 'grammy/types'
import type { Carry } from '../outbox.ts'
import { growing } from '../outbox.ts'
import { post, type Sandbox } from '../sandbox.ts'
import { type Arguments, BotError, bad, list, number, text } from './answer.ts'
import { seconds } from './message.ts'

/** What a bot gets that never said what it wants. */
const NOT_BY_DEFAULT = ['chat_member', 'message_reaction', 'message_reaction_count']
const LANES: Record<string, string> = {
  message: 'chat',
  edited_message: 'chat',
  my_chat_member: 'member',
  callback_query: 'presses',
}
/** Silence of a webhook counts as failure after so many milliseconds. */
const PATIENCE = 60_000

export type NewUpdate = Omit<Update, 'update_id'>

/** `bubble`: whose ticks follow the fate of this update. */
export async function addUpdate(sandbox: Sandbox, update: NewUpdate, bubble?: string): Promise<void> {
  const { telegram } = sandbox.book.state
  const kind = Object.keys(update)[0] ?? ''
  const allowed = telegram.webhook?.allowed ?? []
  if (allowed.length > 0 ? !allowed.includes(kind) : NOT_BY_DEFAULT.includes(kind)) return
  const body = JSON.stringify({ update_id: telegram.nextUpdate++, ...update })
  await sandbox.outbox.add({
    provider: 'telegram',
    lane: LANES[kind] ?? kind,
    headers: { 'content-type': 'application/json' },
    body,
    ...(bubble && { phone: 'telegram' as const, bubble }),
  })
}

export const carryUpdate =
  (sandbox: () => Sandbox): Carry =>
  async (item, signal) => {
    const { telegram } = sandbox().book.state
    if (!telegram.webhook) return 'later'
    const { url, secret } = telegram.webhook
    const headers = { ...item.headers, ...(secret && { 'x-telegram-bot-api-secret-token': secret }) }
    const status = await post(sandbox(), url, headers, item.body, signal, PATIENCE)
    if (status >= 200 && status < 300) return 'done'
    const words = status === 0 ? 'Connection refused' : `Wrong response from the webhook: ${status}`
    telegram.lastError = { at: seconds(), words }
    return { again: item.attempts === 0 ? 0 : growing(item.attempts - 1) }
  }

export async function setWebhook(sandbox: Sandbox, given: Arguments) {
  const { telegram } = sandbox.book.state
  const url = text(given, 'url') ?? ''
  const secret = text(given, 'secret_token') ?? ''
  if (!/^[\w-]{0,256}$/.test(secret)) throw bad('secret token contains unallowed characters')
  if (url !== '' && !URL.canParse(url)) throw bad('bad webhook: invalid URL')
  const max = number(given, 'max_connections') ?? 40
  telegram.webhook =
    url === '' ? undefined : { url, secret, allowed: list(given, 'allowed_updates') ?? telegram.webhook?.allowed ?? [], max }
  telegram.lastError = undefined
  await dropPending(sandbox, given)
  await sandbox.book.save()
  sandbox.outbox.kick()
  return true
}

export async function deleteWebhook(sandbox: Sandbox, given: Arguments) {
  sandbox.book.state.telegram.webhook = undefined
  await dropPending(sandbox, given)
  await sandbox.book.save()
  return true
}

const pending = (sandbox: Sandbox) => sandbox.book.state.outbox.filter(({ provider }) => provider === 'telegram')

async function dropPending(sandbox: Sandbox, given: Arguments): Promise<void> {
  if (text(given, 'drop_pending_updates') !== 'true') return
  await sandbox.outbox.take('telegram', new Set(pending(sandbox).map(({ id }) => id)))
}

export function getWebhookInfo(sandbox: Sandbox) {
  const { webhook, lastError } = sandbox.book.state.telegram
  return {
    url: webhook?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: pending(sandbox).length,
    ...(webhook && { max_connections: webhook.max, ...(webhook.allowed.length > 0 && { allowed_updates: webhook.allowed }) }),
    ...(lastError && { last_error_date: lastError.at, last_error_message: lastError.words }),
  }
}

const idOf = (body: string): number => {
  const update: unknown = JSON.parse(body)
  return typeof update === 'object' && update !== null && 'update_id' in update ? Number(update.update_id) : 0
}

/** An offset confirms all before it. Waits for the first update up to `timeout` seconds. */
export async function getUpdates(sandbox: Sandbox, given: Arguments): Promise<unknown[]> {
  const { book } = sandbox
  if (book.state.telegram.webhook) {
    throw new BotError(
      409,
      "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
  }
  const offset = number(given, 'offset') ?? 0
  const limit = Math.min(Math.max(number(given, 'limit') ?? 100, 1), 100)
  const until = Date.now() + Math.min(number(given, 'timeout') ?? 0, 50) * 1000
  if (offset > 0) {
    const old = pending(sandbox).filter(({ body }) => idOf(body) < offset)
    await sandbox.outbox.take('telegram', new Set(old.map(({ id }) => id)))
  }
  for (;;) {
    const { revision } = book
    const bodies = pending(sandbox).map(({ body }) => body)
    const left = until - Date.now()
    if (bodies.length > 0 || left <= 0) return bodies.slice(0, limit).map((body): unknown => JSON.parse(body))
    await book.changed(revision, left)
  }
}
