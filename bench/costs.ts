/** (5) What a message costs in the table, as the AWS SDK sends it: items read and written, and calls to the queue. Exact; a bill is made of these. */
import { channels } from '@throughline/core/channels/index.ts'
import { referenceOf } from '@throughline/core/delivery/record.ts'
import { deliverLog } from '@throughline/core/flow/deliver.ts'
import { reply } from '@throughline/core/flow/reply.ts'
import { routeLog } from '@throughline/core/flow/route.ts'
import { countItems } from '../packages/core/test/hub/counter.ts'
import { fixturesOf, wireOf } from '../packages/core/test/hub/wire.ts'
import { type TestHub, WORKSPACE } from '../packages/core/test/hub.ts'
import { type Row, table } from './measure.ts'
import { on } from './stage.ts'

export async function costs(): Promise<void> {
  await on('dynalite', async (stage) => {
    if (!stage.engine.client) return
    const counter = countItems(stage.engine.client)
    const count = async (work: () => Promise<unknown>): Promise<string> => {
      const calls = stage.queue.calls
      const { reads, writes } = await counter.during(work)
      return `${reads} / ${writes} / ${stage.queue.calls - calls}`
    }
    const rows: Row[] = []
    for (const [index, kind] of Object.keys(channels).entries())
      rows.push({ channel: kind, ...(await one(stage, kind, 10 * (index + 1), count)) })
    table('Items read / written / queue calls, one message each, caches warm', rows)
  })
}

async function one(
  stage: TestHub,
  kind: string,
  who: number,
  count: (work: () => Promise<unknown>) => Promise<string>,
): Promise<Row> {
  const connection = await stage.connect(kind)
  const author = { kind: 'agent' as const, id: 'ada' }
  await stage.say(connection, { who, text: 'Warm' })
  await stage.drain()
  await reply(stage.hub, WORKSPACE, await stage.logOf(connection, who), { parts: [{ type: 'text', text: 'Warm' }], author })
  await stage.drain()
  const first = await count(() => stage.say(connection, { who: who + 1, text: 'I am new' }))
  await stage.drain()
  const again = await count(() => stage.say(connection, { who: who + 1, text: 'One more' }))
  const at = { workspace: WORKSPACE, log: await stage.logOf(connection, who + 1) }
  const routed = await count(() => routeLog(stage.hub, at))
  const entry = await reply(stage.hub, WORKSPACE, at.log, { parts: [{ type: 'text', text: 'An answer' }], author })
  await routeLog(stage.hub, at)
  const delivered = await count(() => deliverLog(stage.hub, at))
  const id = stage.provider.taken.at(-1)?.id ?? ''
  const receipt = wireOf(kind).receipt?.(id, referenceOf(at, entry.seq, 0), 'delivered')
  const signed = receipt && (await (await fixturesOf(kind)).sign(receipt.body, connection, receipt.query))
  const ticked = signed ? await count(() => stage.enter(connection, signed)) : 'none'
  return { 'first contact': first, 'known customer': again, route: routed, 'deliver one unit': delivered, receipt: ticked }
}
