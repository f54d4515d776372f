/**
 * A reply whose connection was revoked or paused: it keeps its place, later replies of this customer wait behind it, and it goes out when
 * the connection is back (flow/wake.ts pokes). Decided anew at every poke as long as nothing of it is out.
 */
import { readConnection } from '../connection/read.ts'
import type { Held } from '../delivery/decision.ts'
import { explain } from '../delivery/explain.ts'
import { putDelivery, reopen } from '../delivery/record.ts'
import type { MessageEntry } from '../entry.ts'
import type { Hub } from '../hub.ts'
import type { Place } from '../store/keys.ts'
import { append } from '../stream/append.ts'
import { claimId } from '../stream/claim.ts'
import { type Cursor, moveCursor } from '../stream/cursor.ts'
import type { Plan } from './deliver-plan.ts'
import { putDue } from './due.ts'
import { pokeAll, pokesFor, pokeTo } from './poke.ts'
import { streamsOf } from './streams.ts'

export type OnHold = { plan: Plan; held: Held }

/** What was decided for a connection that turns out to be out of order. */
export function heldPlan(plan: Plan, status: Held['status']): OnHold {
  const { chosen } = plan.decision
  if (!chosen) throw new Error('only what was chosen can be held')
  return { plan, held: { ...chosen, status } }
}

/** Lists of connections are kept for so long: whoever still sees the old status looks again by then. */
const LOOK_AGAIN_MS = 10_000

export async function hold(
  hub: Hub,
  at: Place,
  entry: MessageEntry,
  cursor: Cursor,
  { plan, held }: OnHold,
  failed: readonly string[],
): Promise<undefined> {
  const connection = await readConnection(hub, at.workspace, held.connection, true)
  // It came back while we were at it, and its poke may have been this one.
  const waitUntil = connection?.status === 'live' ? hub.now() + LOOK_AGAIN_MS : undefined
  for (const time of [waitUntil, closing(held, hub.now())]) if (time !== undefined) await putDue(hub, pokeTo('deliver', at), time)
  const unit = cursor.doing === entry.seq ? (cursor.unit ?? 0) : 0
  const kept = { ...plan, failed: [...failed], held: held.connection }
  const next = { done: cursor.done, doing: entry.seq, unit, plan: JSON.parse(JSON.stringify(kept)), waitUntil }
  if (!(await moveCursor(hub.store, at, 'deliver', cursor, next))) return
  const words = await record(hub, at, entry, unit, { plan, held }, failed.length > 0)
  if (waitUntil === undefined) await note(hub, at, entry, held.connection, words)
}

/** From then on free words cannot go out there any more: it is decided anew. */
function closing({ windowClosesAt }: Held, now: number): number | undefined {
  const time = Date.parse(windowClosesAt ?? '')
  return time > now ? time : undefined
}

async function record(hub: Hub, at: Place, entry: MessageEntry, unit: number, { plan, held }: OnHold, again: boolean) {
  const { chosen, ...rest } = plan.decision
  const decision = { ...rest, held }
  const words = explain(decision, hub.config.language, Date.parse(decision.at))
  const { identity, connection } = held
  const about = { entry: entry.id, seq: entry.seq, unit, at: new Date(hub.now()).toISOString(), identity, connection }
  const delivery = { ...about, ...(unit === 0 ? { decision } : {}) }
  if (again && unit === 0) await reopen(hub.store, at, delivery)
  await putDelivery(hub.store, at, { ...delivery, state: 'waiting', words })
  return words
}

/** Once in the stream as well: not every tool shows records. */
async function note(hub: Hub, at: Place, entry: MessageEntry, connection: string, words: string): Promise<void> {
  const id = claimId('held', entry.id, connection)
  const author = { kind: 'rule' as const, id: 'hub', name: 'Throughline' }
  const fact = { kind: 'note' as const, author, data: { text: words } }
  const appended = await append(streamsOf(hub, at.workspace), { who: '*', start: at.log, id, fact })
  if ('entry' in appended) await pokeAll(hub, pokesFor(at.workspace, appended.entry))
}
