/** (2) From a stored message to an agent's tool: route, then mirror to a webhook receiver on 127.0.0.1. Against bare posts of the same size. */
import { mirrorLog } from '@throughline/core/flow/mirror.ts'
import { routeLog } from '@throughline/core/flow/route.ts'
import { type TestHub, WORKSPACE } from '../packages/core/test/hub.ts'
import { against, type Row, ratio, table, whole } from './measure.ts'
import { ENGINES, type Engine, known, on, requests } from './stage.ts'

const PEOPLE: Record<Engine, number> = { memory: 400, dynalite: 50 }

export async function mirror(): Promise<void> {
  const rows: Row[] = []
  for (const engine of ENGINES) rows.push({ engine, ...(await on(engine, (stage) => measure(stage, PEOPLE[engine]))) })
  table('Route and mirror to a webhook receiver, 8 at once; baseline: bare posts of the same body', rows)
}

async function measure(stage: TestHub, people: number): Promise<Row> {
  const telegram = await stage.connect('telegram')
  const tool = await stage.connect('webhook')
  const logs = await known(stage, telegram, people)
  for (const request of await requests(telegram, people, people)) await stage.enter(telegram, request)
  stage.queue.waiting = []
  // As large as what the tool posts: our view of one message with the customer's card.
  const before = stage.provider.taken.length
  const [sample, ...rest] = logs
  if (sample) await pass(stage, tool.id, sample)
  const body = stage.provider.taken[before]?.text ?? ''
  const url = `${stage.provider.root('webhook')}/posts`
  const headers = { 'content-type': 'application/json' }
  const post = async () => (await stage.hub.guardedFetch(url, { method: 'POST', headers, body })).text()
  const { ours, bare } = await against(
    { of: rest, act: (log) => pass(stage, tool.id, log) },
    { of: Array.from({ length: 20 * people }, (_, n) => n), act: post },
  )
  return { 'messages/s': whole(ours), 'bare posts/s': whole(bare), ratio: ratio(ours, bare) }
}

async function pass(stage: TestHub, tool: string, log: string): Promise<void> {
  const at = { workspace: WORKSPACE, log }
  await routeLog(stage.hub, at)
  await mirrorLog(stage.hub, at, tool)
}
