/** receipt -> webhook: a receipt that only ticks updates the delivery record alone; a failure becomes an entry. */
import type { ChannelEvent } from '../channel.ts'
import type { Connection } from '../connector.ts'
import { Delivery, Pointer, rankOf, readReference, tick } from '../delivery/record.ts'
import { isOutgoing } from '../entry.ts'
import type { Hub } from '../hub.ts'
import type { Poke } from '../queue/queue.ts'
import { keys, type Place } from '../store/keys.ts'
import { readEntry } from '../stream/log.ts'
import { appendReported } from './deliver-outcome.ts'

type Receipt = Extract<ChannelEvent, { type: 'receipt' }>
type Unit = { at: Place; seq: number; unit: number }

/** A receipt may outrun our own send; it is kept so long for it. */
const EARLY_SECONDS = 24 * 3600

export async function acceptReceipt(hub: Hub, connection: Connection, receipt: Receipt): Promise<Poke[]> {
  const at = receipt.at ?? new Date(hub.now()).toISOString()
  const unit = await unitOf(hub, connection, receipt, at)
  if (!unit) return []
  await tick(hub.store, unit.at, unit.seq, unit.unit, {
    state: receipt.state,
    at,
    providerId: receipt.id,
    connection: connection.id,
    ...failureOf(receipt),
  })
  return receipt.state === 'failed' ? failed(hub, connection, receipt, unit) : []
}

/** By our own reference where the provider gave it back, else by its id; a receipt for an id not known yet waits under that id. */
async function unitOf(hub: Hub, connection: Connection, receipt: Receipt, at: string): Promise<Unit | undefined> {
  const referred = receipt.reference ? readReference(receipt.reference) : undefined
  if (referred && referred.at.workspace === connection.workspace) return referred
  const key = keys.pointer(connection.id, receipt.id)
  for (let tries = 0; tries < 2; tries++) {
    const item = await hub.store.get(key)
    const pointer = Pointer.parse(item ?? {})
    if (pointer.workspace === connection.workspace && pointer.log && pointer.seq !== undefined && pointer.unit !== undefined) {
      return { at: { workspace: pointer.workspace, log: pointer.log }, seq: pointer.seq, unit: pointer.unit }
    }
    if (pointer.early && rankOf(pointer.early.state) >= rankOf(receipt.state)) return undefined
    const expiresAt = Math.floor(hub.now() / 1000) + EARLY_SECONDS
    const early = { state: receipt.state, at, ...failureOf(receipt) }
    // Absent: nobody else's send or receipt comes in between; otherwise look again.
    if (!item && (await hub.store.put({ ...key, early, expiresAt }, { absent: true }))) return undefined
    if (item && (await hub.store.update(key, { early }, { equals: { log: undefined } }))) return undefined
  }
  return undefined
}

const failureOf = ({ failure }: Receipt) => (failure ? { code: failure.code, words: failure.words } : {})

/** By the entry itself: the receipt may have come before the send was recorded. */
async function failed(hub: Hub, connection: Connection, receipt: Receipt, { at, seq, unit }: Unit): Promise<Poke[]> {
  const entry = await readEntry(hub.store, at, seq)
  if (!entry || !isOutgoing(entry)) return []
  const delivery = Delivery.safeParse((await hub.store.get(keys.delivery(at, seq, unit))) ?? {})
  const { code, words } = receipt.failure ?? { code: 'unknown', words: 'The provider says that it failed.' }
  const identity = delivery.success ? delivery.data.identity : undefined
  return appendReported(hub, at, {
    entry: entry.id,
    unit,
    providerId: receipt.id,
    connection: connection.id,
    identity,
    code,
    words,
  })
}
