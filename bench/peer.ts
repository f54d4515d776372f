/** A peer measured beside us, in a process of its own, on the very same webhook bodies: see bench/peers and docs/bench.md. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Connection } from '@throughline/core/connector.ts'
import { routeLog } from '@throughline/core/flow/route.ts'
import * as z from 'zod/mini'
import { type TestHub, WORKSPACE } from '../packages/core/test/hub.ts'
import { type Row, rate, ratio, table, whole } from './measure.ts'
import { known, on, requests } from './stage.ts'

const PEOPLE = 100
/** More than the peer takes in twice the time. */
const COUNT = 6000
const SECONDS = 1
const TURNS = 2
const HOME = join(import.meta.dirname, 'peers')

const Told = z.object({ name: z.string(), perSecond: z.number(), kept: z.string(), state: z.string() })

const nobody: z.infer<typeof Told> = { name: '', perSecond: 0, kept: '', state: '' }

export async function peer(): Promise<void> {
  if (!existsSync(join(HOME, 'node_modules', 'chat'))) {
    console.log('\nThe peer is not installed: npm ci --prefix bench/peers')
    return
  }
  await on('memory', async (stage) => {
    const telegram = await stage.connect('telegram')
    await known(stage, telegram, PEOPLE)
    const bodies = (await requests(telegram, PEOPLE, COUNT)).map(({ body }) => Buffer.from(body).toString())
    // In turns, so that what else the machine does falls on all of them.
    const sums = { shipped: 0, lean: 0, kept: 0, routed: 0 }
    let [shipped, lean] = [nobody, nobody]
    for (let turn = 0; turn < TURNS; turn++) {
      shipped = await runPeer({ bodies, seconds: SECONDS, typing: true })
      lean = await runPeer({ bodies, seconds: SECONDS, typing: false })
      const made = await requests(telegram, PEOPLE, COUNT)
      sums.shipped += shipped.perSecond / TURNS
      sums.lean += lean.perSecond / TURNS
      sums.kept += (await rate({ of: made, act: (request) => stage.enter(telegram, request) }, SECONDS)) / TURNS
      sums.routed += (await withRoute(stage, telegram)) / TURNS
    }
    const row = (what: string, perSecond: number, state: string, keeps: string): Row => ({
      what,
      'messages/s': whole(perSecond),
      ratio: ratio(perSecond, sums.lean),
      'asked of the store for each': state,
      keeps,
    })
    const rows = [
      row(shipped.name, sums.shipped, shipped.state, shipped.kept),
      row(lean.name, sums.lean, lean.state, lean.kept),
      row('Throughline, receive', sums.kept, '2 writes, 2 reads', 'every message'),
      row('Throughline, receive and route', sums.routed, '4 writes, 6 reads', 'every message, the state, the decision'),
    ]
    table('Telegram updates in, both over memory in one process, 8 at once', rows)
  })
}

async function withRoute(stage: TestHub, telegram: Connection): Promise<number> {
  const made = await requests(telegram, PEOPLE, COUNT)
  const numbered = made.map((request, n) => ({ request, who: 1 + (n % PEOPLE) }))
  const logs = await Promise.all(Array.from({ length: PEOPLE }, (_, n) => stage.logOf(telegram, n + 1)))
  const act = async ({ request, who }: (typeof numbered)[number]) => {
    await stage.enter(telegram, request)
    await routeLog(stage.hub, { workspace: WORKSPACE, log: logs[who - 1] ?? '' })
  }
  return rate({ of: numbered, act }, SECONDS)
}

function runPeer(input: { bodies: string[]; seconds: number; typing: boolean }): Promise<z.infer<typeof Told>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(HOME, 'run.mjs')], { stdio: ['pipe', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      output += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => {
      if (code !== 0) reject(new Error(`bench/peers/run.mjs ended with ${code}`))
      else resolve(Told.parse(JSON.parse(output)))
    })
    child.stdin.end(JSON.stringify(input))
  })
}
