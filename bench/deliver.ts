/** (3) Replies out through deliver to a provider's stand-in, and what the providers say of them. */

import type { HookRequest } from '@throughline/core/connector.ts'
import { referenceOf } from '@throughline/core/delivery/record.ts'
import { deliverLog } from '@throughline/core/flow/deliver.ts'
import { reply } from '@throughline/core/flow/reply.ts'
import { routeLog } from '@throughline/core/flow/route.ts'
import { fixturesOf, wireOf } from '../packages/core/test/hub/wire.ts'
import { type TestHub, WORKSPACE } from '../packages/core/test/hub.ts'
import { against, type Row, ratio, table, whole } from './measure.ts'
import { ENGINES, type Engine, known, on } from './stage.ts'

const PEOPLE: Record<Engine, number> = { memory: 400, dynalite: 50 }
const text = 'Yes, two are left. Shall I put one aside for you?'

export async function deliver(): Promise<void> {
  const out: Row[] = []
  const back: Row[] = []
  for (const engine of ENGINES) {
    out.push({ engine, ...(await on(engine, (stage) => replies(stage, PEOPLE[engine]))) })
    for (const kind of ['sms', 'viber'])
      back.push({ engine, ...(await on(engine, (stage) => receipts(stage, kind, PEOPLE[engine]))) })
  }
  table('Replies through deliver to a stand-in of Telegram, 8 at once; baseline: bare calls to the stand-in', out)
  table('Receipts that tick through receive(), 8 at once; baseline: bare conditional updates, one for each', back)
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n)

/** One reply to each, up to where deliver begins. */
async function waiting(stage: TestHub, kind: string, people: number) {
  const connection = await stage.connect(kind)
  const logs = await known(stage, connection, people)
  const author = { kind: 'agent' as const, id: 'ada', name: 'Ada' }
  const entries = []
  for (const log of logs) {
    entries.push(await reply(stage.hub, WORKSPACE, log, { parts: [{ type: 'text', text }], author }))
    await routeLog(stage.hub, { workspace: WORKSPACE, log })
  }
  stage.queue.waiting = []
  return { connection, entries }
}

async function replies(stage: TestHub, people: number): Promise<Row> {
  const { entries } = await waiting(stage, 'telegram', people)
  const url = `${stage.provider.root('telegram')}/bot1:token/sendMessage`
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ chat_id: 8_000_000_001, text })
  const call = async () => (await fetch(url, { method: 'POST', headers, body })).text()
  const { ours, bare } = await against(
    { of: entries, act: ({ log }) => deliverLog(stage.hub, { workspace: WORKSPACE, log }) },
    { of: numbers(20 * people), act: call },
  )
  return { 'replies/s': whole(ours), 'bare calls/s': whole(bare), ratio: ratio(ours, bare) }
}

async function receipts(stage: TestHub, kind: string, people: number): Promise<Row> {
  const { connection, entries } = await waiting(stage, kind, people)
  const { sign } = await fixturesOf(kind)
  const made: HookRequest[] = []
  for (const { log, seq } of entries) {
    await deliverLog(stage.hub, { workspace: WORKSPACE, log })
    const id = stage.provider.taken.at(-1)?.id ?? ''
    const receipt = wireOf(kind).receipt?.(id, referenceOf({ workspace: WORKSPACE, log }, seq, 0), 'delivered')
    if (receipt) made.push(await sign(receipt.body, connection, receipt.query))
  }
  const set = { state: 'delivered', at: new Date(stage.clock.now).toISOString(), rank: 40 }
  const { ours, bare } = await against(
    { of: made, act: (request) => stage.enter(connection, request) },
    { of: numbers(100 * people), act: (n) => stage.hub.store.update({ pk: `BARE#${n}`, sk: 'D' }, set, { below: { rank: 40 } }) },
  )
  return {
    channel: kind,
    'receipts/s': whole(ours),
    'bare updates/s': whole(bare),
    ratio: ratio(ours, bare),
  }
}
