/** One outgoing entry: on the channel that is current at this moment, unit by unit, each held before and recorded after. */
import type { Channel, ChannelCalls, Unit } from '../channel.ts'
import { readConnection } from '../connection/read.ts'
import type { Connection, Failure } from '../connector.ts'
import type { State } from '../customer/state.ts'
import { backoff } from '../delivery/backoff.ts'
import type { Chosen } from '../delivery/decision.ts'
import { explain } from '../delivery/explain.ts'
import { lower } from '../delivery/lower.ts'
import { putDelivery, reopen } from '../delivery/record.ts'
import type { MessageEntry } from '../entry.ts'
import type { CallingHub } from '../hub.ts'
import type { MediaPart, Part } from '../message.ts'
import type { Place } from '../store/keys.ts'
import { type Cursor, moveCursor } from '../stream/cursor.ts'
import { onload } from './clean.ts'
import { heldPlan, hold, type OnHold } from './deliver-hold.ts'
import { appendFailure } from './deliver-outcome.ts'
import { type Plan, Plan as PlanSchema } from './deliver-plan.ts'
import { linkTo, sendUnit } from './deliver-unit.ts'
import { putDue } from './due.ts'
import { pokeTo } from './poke.ts'
import { decideWay } from './policy.ts'

const NOTHING = { code: 'nothing_to_send', words: 'There is nothing in this reply that could be sent.' }

type Now = { state: State; seq: number }
/** A certain failure is tried again for so long, then it is one for good. */
const GIVE_UP_MS = 24 * 3600 * 1000
/** Tries at once within one invocation. */
const AT_ONCE = 2

export async function sendEntry(
  hub: CallingHub,
  at: Place,
  entry: MessageEntry,
  now: Now,
  from: Cursor,
): Promise<Cursor | undefined> {
  const parts = await onload(hub, entry.parts)
  const failed = from.doing === entry.seq && from.plan ? PlanSchema.parse(from.plan).failed : []
  let cursor: Cursor | undefined = from
  for (;;) {
    const way = await wayFor(hub, at, entry, parts, now, cursor, failed)
    if (!way) return refuse(hub, at, entry, now, cursor, failed, parts)
    if ('held' in way) return hold(hub, at, entry, cursor, way, failed)
    if (way.units.length === 0) return refuse(hub, at, entry, now, cursor, failed, parts, NOTHING)
    const result: Result = await sendUnits(hub, at, entry, way, cursor)
    if (result.what === 'done') return moveCursor(hub.store, at, 'deliver', result.cursor, { done: entry.seq })
    if (result.what === 'stop') return undefined
    if (result.what === 'revoked') return hold(hub, at, entry, result.cursor, heldPlan(way.plan, 'broken'), failed)
    failed.push(way.chosen.identity)
    cursor = result.cursor
  }
}

export type WayOut = {
  chosen: Chosen
  connection: Connection
  channel: Channel
  calls: ChannelCalls
  units: Unit[]
  plan: Plan
  thread?: Record<string, unknown>
}

/** The stored plan while units of it are out already; else a fresh decision on the state as it is now. */
async function wayFor(
  hub: CallingHub,
  at: Place,
  entry: MessageEntry,
  parts: Part[],
  now: Now,
  cursor: Cursor,
  failed: string[],
): Promise<WayOut | OnHold | undefined> {
  const stored = cursor.doing === entry.seq && (cursor.unit ?? 0) > 0 && cursor.plan ? PlanSchema.parse(cursor.plan) : undefined
  const going = stored && !failed.includes(stored.decision.chosen?.identity ?? '') ? stored.decision : undefined
  const decision =
    going ??
    (await decideWay(hub, at.workspace, now.state, {
      parts,
      via: failed.length > 0 ? undefined : entry.data?.via,
      failed,
      seq: now.seq,
    }))
  const { chosen, held } = decision
  if (held) return { plan: { decision, units: 0, failed }, held }
  const connection = chosen && (await readConnection(hub, at.workspace, chosen.connection))
  if (stored && going && (connection?.status === 'broken' || connection?.status === 'paused'))
    return heldPlan(stored, connection.status)
  const channel = connection && hub.channels[connection.kind]
  const calls = connection && hub.channelCalls[connection.kind]
  if (!chosen || !connection || !channel || !calls) return undefined
  const units = lower(parts, channel.capabilities, (part: MediaPart) => linkTo(hub, part.media))
  const thread = now.state.identities.find((identity) => identity.key === chosen.identity)?.thread
  return {
    chosen,
    connection,
    channel,
    calls,
    units,
    plan: { decision, units: units.length, failed },
    ...(thread ? { thread } : {}),
  }
}

/** Nowhere to send, or nowhere left: visible, and the next reply may go. */
async function refuse(
  hub: CallingHub,
  at: Place,
  entry: MessageEntry,
  now: Now,
  cursor: Cursor,
  failed: string[],
  parts: Part[],
  reason?: { code: string; words: string },
): Promise<Cursor | undefined> {
  const decision = await decideWay(hub, at.workspace, now.state, { parts, via: entry.data?.via, failed, seq: now.seq })
  const { code, words } = reason ?? { code: 'no_reachable_identity', words: explain(decision, hub.config.language, hub.now()) }
  if (failed.length === 0) {
    const about = { entry: entry.id, seq: entry.seq, unit: cursor.unit ?? 0, at: new Date(hub.now()).toISOString() }
    await putDelivery(hub.store, at, { ...about, state: 'refused', words, decision })
    await appendFailure(hub, at, entry, 0, { state: 'refused', code, words })
  }
  return moveCursor(hub.store, at, 'deliver', cursor, { done: entry.seq })
}

type Result = { what: 'stop' } | { what: 'done' | 'elsewhere' | 'revoked'; cursor: Cursor }

async function sendUnits(hub: CallingHub, at: Place, entry: MessageEntry, way: WayOut, from: Cursor): Promise<Result> {
  let cursor: Cursor = from
  const first = from.doing === entry.seq ? (from.unit ?? 0) : 0
  for (let unit = first; unit < way.units.length; unit++) {
    const kept = way.units[unit]
    if (!kept) break
    const plan = JSON.parse(JSON.stringify(way.plan))
    const tried = unit === first ? { tries: cursor.tries, firstTryAt: cursor.firstTryAt } : {}
    const held = await moveCursor(hub.store, at, 'deliver', cursor, {
      done: cursor.done,
      doing: entry.seq,
      unit,
      attempt: hub.id(),
      heldAt: hub.now(),
      plan,
      ...tried,
    })
    if (!held) return { what: 'stop' }
    cursor = held
    if (unit === 0 && way.plan.failed.length > 0) await reopen(hub.store, at, about(hub, entry, way, unit))
    const failure = await tryUnit(hub, at, entry, way, kept, unit)
    if (!failure) continue
    if (failure.certain && failure.effect === 'unauthorized') return { what: 'revoked', cursor }
    if (!failure.certain) await giveUp(hub, at, entry, way, unit, failure, 'unknown')
    else if (failure.again === 'never' || hub.now() - (cursor.firstTryAt ?? hub.now()) > GIVE_UP_MS) {
      await giveUp(hub, at, entry, way, unit, failure, 'failed')
      // Once a part of it is out, the rest stays on that channel: the reader must not have to look in two places.
      if (unit === 0) return { what: 'elsewhere', cursor }
    } else return wait(hub, at, entry, way, unit, failure, cursor)
  }
  return { what: 'done', cursor }
}

/** Undefined: sent. */
async function tryUnit(
  hub: CallingHub,
  at: Place,
  entry: MessageEntry,
  way: WayOut,
  unit: Unit,
  index: number,
): Promise<Failure | undefined> {
  for (let tries = 1; ; tries++) {
    const failure = await sendUnit(hub, at, entry, way, unit, index)
    if (failure?.again !== 'now' || !failure.certain || tries >= AT_ONCE) return failure
  }
}

/** The reply keeps its place: a due record wakes it, later replies of this customer wait behind it. */
async function wait(
  hub: CallingHub,
  at: Place,
  entry: MessageEntry,
  way: WayOut,
  unit: number,
  failure: Failure,
  cursor: Cursor,
): Promise<Result> {
  const seconds = backoff(typeof failure.again === 'object' ? failure.again.after : 1, cursor.tries ?? 0)
  const waitUntil = hub.now() + seconds * 1000
  await putDelivery(hub.store, at, {
    ...about(hub, entry, way, unit),
    state: 'waiting',
    code: failure.code,
    words: failure.words,
  })
  await putDue(hub, pokeTo('deliver', at), waitUntil)
  const { done, doing, plan } = cursor
  const tries = (cursor.tries ?? 0) + 1
  await moveCursor(hub.store, at, 'deliver', cursor, {
    done,
    doing,
    unit,
    plan: JSON.parse(JSON.stringify(plan)),
    waitUntil,
    tries,
    firstTryAt: cursor.firstTryAt ?? hub.now(),
  })
  return { what: 'stop' }
}

async function giveUp(
  hub: CallingHub,
  at: Place,
  entry: MessageEntry,
  way: WayOut,
  unit: number,
  failure: Failure,
  state: 'failed' | 'unknown',
): Promise<void> {
  await putDelivery(hub.store, at, { ...about(hub, entry, way, unit), state, code: failure.code, words: failure.words })
  await appendFailure(hub, at, entry, unit, { state, code: failure.code, words: failure.words }, way.chosen.identity)
}

const about = (hub: CallingHub, entry: MessageEntry, way: WayOut, unit: number) => ({
  entry: entry.id,
  seq: entry.seq,
  unit,
  at: new Date(hub.now()).toISOString(),
  identity: way.chosen.identity,
  connection: way.connection.id,
  decision: way.plan.decision,
})
