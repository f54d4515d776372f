/** Last event and last error of each connection, for the setup page. Apart from the record, for it changes with the traffic. */
import * as z from 'zod/mini'
import type { Connection } from '../connector.ts'
import type { Hub } from '../hub.ts'
import { keys } from '../store/keys.ts'
import type { Item, Store } from '../store/store.ts'

export type Health = { inAt?: string; outAt?: string; error?: { at: string; words: string } }

/** One write per connection and kind in so many milliseconds and process, however many messages pass. */
const EVERY = 10_000
const MOST = 5_000

type Noted = { at: number; words: string | undefined }
const noted = new WeakMap<Store, Map<string, Noted>>()

/** Never fails the message it tells of. */
export async function noteEvent(hub: Hub, connection: Connection, what: 'in' | 'out' | 'error', words?: string): Promise<void> {
  const seen = noted.get(hub.store) ?? new Map<string, Noted>()
  noted.set(hub.store, seen)
  const key = `${connection.id}/${what}`
  const last = seen.get(key)
  const now = hub.now()
  if (last && now - last.at < EVERY && now >= last.at && last.words === words) return
  if (seen.size >= MOST) seen.clear()
  seen.set(key, { at: now, words })
  // What goes well after an error is news at once: the page shows the error until then.
  if (what === 'error') for (const good of ['in', 'out']) seen.delete(`${connection.id}/${good}`)
  const at = new Date(now).toISOString()
  const set = what === 'error' ? { errorAt: at, error: words ?? 'Something went wrong.' } : { [`${what}At`]: at }
  try {
    await hub.store.update(keys.health(connection.workspace, connection.id), set)
  } catch (error) {
    hub.logger.warn('health.not_noted', { workspace: connection.workspace, connection: connection.id, error: String(error) })
  }
}

const Stored = z.object({
  inAt: z.optional(z.string()),
  outAt: z.optional(z.string()),
  errorAt: z.optional(z.string()),
  error: z.optional(z.string()),
})

function toHealth(item: Item): Health {
  const { inAt, outAt, errorAt, error } = Stored.parse(item)
  return { ...(inAt && { inAt }), ...(outAt && { outAt }), ...(errorAt && error && { error: { at: errorAt, words: error } }) }
}

/** By connection id. */
export async function readHealths(hub: Hub, workspace: string): Promise<Record<string, Health>> {
  const { pk } = keys.health(workspace, '')
  const found: Record<string, Health> = {}
  for (let page = await hub.store.query(pk, { prefix: keys.healths }); page.length > 0; ) {
    for (const item of page) found[item.sk.slice(keys.healths.length)] = toHealth(item)
    const last = page.at(-1)
    page = last ? await hub.store.query(pk, { prefix: keys.healths, after: last.sk }) : []
  }
  return found
}

export async function readHealth(hub: Hub, workspace: string, connection: string): Promise<Health> {
  const item = await hub.store.get(keys.health(workspace, connection))
  return item ? toHealth(item) : {}
}
