/** One channel's round: connect, wait for a word of a person's, answer it, tell what becomes of the answer, disconnect. */
import { setTimeout as sleep } from 'node:timers/promises'
import { remove } from '@throughline/core/connection/change.ts'
import type { NewConnection } from '@throughline/core/connection/connect.ts'
import { connect } from '@throughline/core/connection/connect.ts'
import type { Connection } from '@throughline/core/connector.ts'
import { VisibleError } from '@throughline/core/error.ts'
import { listCustomers } from '@throughline/core/flow/list.ts'
import { reply } from '@throughline/core/flow/reply.ts'
import { type DeliveryView, readDelivery } from '@throughline/core/flow/timeline.ts'
import type { CallingHub } from '@throughline/core/hub.ts'

export type Round = {
  hub: CallingHub
  workspace: string
  /** How long a person may take to write. */
  seconds: number
  /** Somebody wants to stop. */
  signal: AbortSignal
  say(words: string): void
}

const LOOK = 300
/** Of a person's time, what a provider gets to tell of a delivery. */
const RECEIPT = 1 / 3
const ANSWER = 'Throughline smoke test: your message came in, and this is the answer.'
const ENDS: ReadonlySet<DeliveryView['state']> = new Set(['failed', 'refused', 'unknown', 'delivered', 'read'])
const OUT: ReadonlySet<DeliveryView['state']> = new Set(['accepted', 'sent', 'delivered', 'read'])

/** True: one message came in, one went out. */
export async function tryChannel(round: Round, order: NewConnection, how: (connection: Connection) => string): Promise<boolean> {
  const { hub, workspace, say } = round
  let connection: Connection | undefined
  try {
    connection = (await connect(hub, workspace, order)).connection
    say(`connected as ${connection.address}.`)
    say(how(connection))
    const customer = await until(round, round.seconds, () => whoWrote(round, connection?.id))
    if (!customer) {
      say(`nothing came in ${round.seconds} seconds.`)
      return false
    }
    say('in: a message came.')
    return await answer(round, connection, customer)
  } catch (error) {
    if (!(error instanceof VisibleError)) throw error
    say(error.words)
    return false
  } finally {
    if (connection) await remove(hub, workspace, connection.id)
  }
}

async function whoWrote({ hub, workspace }: Round, connection: string | undefined): Promise<string | undefined> {
  const { customers } = await listCustomers(hub, workspace, {})
  return customers.find(({ identities }) => identities.some((one) => one.connection === connection && one.lastInAt))?.id
}

async function answer(round: Round, connection: Connection, customer: string): Promise<boolean> {
  const { hub, workspace, say } = round
  const author = { kind: 'api' as const, id: 'smoke', name: 'Smoke test' }
  const { id } = await reply(hub, workspace, customer, { parts: [{ type: 'text', text: ANSWER }], via: connection.id, author })
  const receipts = hub.channels[connection.kind]?.capabilities.receipts !== 'none'
  let last: DeliveryView | undefined
  const over = await until(round, round.seconds * RECEIPT, async () => {
    const now = await readDelivery(hub, workspace, id)
    if (now.state !== last?.state && now.units.length > 0) say(`out: ${now.state}.${ENDS.has(now.state) ? ` ${now.words}` : ''}`)
    last = now
    return ENDS.has(now.state) || (!receipts && OUT.has(now.state)) ? now : undefined
  })
  if (!over && last && OUT.has(last.state)) say('no receipt came; look at the phone.')
  return last !== undefined && OUT.has(last.state)
}

/** Undefined: the time is over, or somebody stopped it. */
async function until<T>({ signal }: Round, seconds: number, look: () => Promise<T | undefined>): Promise<T | undefined> {
  const end = performance.now() + seconds * 1000
  while (!signal.aborted && performance.now() < end) {
    const found = await look()
    if (found !== undefined) return found
    await sleep(LOOK, undefined, { signal }).catch(() => undefined)
  }
  return undefined
}
