/** Three customers' identities, a crowd of workers who redeliver their messages, administrators who merge, part and erase; and the judge. */
import type { ChannelEvent } from '../../src/channel.ts'
import type { Connection } from '../../src/connector.ts'
import { type Entry, Entry as EntrySchema, isIncoming } from '../../src/entry.ts'
import { acceptChannel } from '../../src/flow/accept-channel.ts'
import { routeLog } from '../../src/flow/route.ts'
import { streamsOf } from '../../src/flow/streams.ts'
import type { Hub } from '../../src/hub.ts'
import { findLog } from '../../src/identity/record.ts'
import { identityKey } from '../../src/identity.ts'
import type { Key, Store } from '../../src/store/store.ts'
import { erase, merge, unmerge } from '../../src/stream/belong.ts'
import { claimId } from '../../src/stream/claim.ts'
import { targetOf } from '../../src/stream/seal.ts'
import { testChannel } from './channel.ts'
import { Crash, Schedule, watched } from './schedule.ts'

const PEOPLE = ['p', 'q', 'r'] as const
type Person = (typeof PEOPLE)[number]
const WORKSPACE = 'w'

const connection: Connection = {
  id: 'con',
  workspace: WORKSPACE,
  kind: 'test',
  name: 'Test',
  status: 'live',
  hook: 'hook',
  hookUrl: 'http://localhost/hooks/hook',
  account: 'account',
  address: '@test',
  settings: {},
  credentials: {},
  secret: 'secret',
  data: {},
  version: 1,
}

const keyOf = (who: Person) => identityKey('test', 'global', 'account', who)
const eventOf = (key: string, who: Person): Extract<ChannelEvent, { type: 'message' }> => ({
  type: 'message',
  id: key,
  from: { address: who, name: who.toUpperCase() },
  parts: [{ type: 'text', text: key }],
})

export type Options = {
  seed: number
  store: Store
  base: Omit<Hub, 'store'>
  messages?: number
  repeats?: number
  /** Route workers beside the webhooks; all logs are routed to their ends before the judge looks. */
  routers?: number
  crashes?: number
}

export async function runSchedule({
  seed,
  store,
  base,
  messages = 8,
  repeats = 3,
  routers = 0,
  crashes = 0.02,
}: Options): Promise<Map<string, Entry[]>> {
  const logs = new Map<string, Entry[]>()
  const roots = new Map<string, Set<string>>()
  const record = watched(store, (item) => note(item, logs, roots))
  const schedule = new Schedule(seed, crashes)
  const hub: Hub = { ...base, store: schedule.over(record) }
  const acked = new Map<string, 'kept' | 'dropped'>()

  const message = (key: string, who: Person) => async () => {
    for (let tries = 0; ; tries++) {
      try {
        const pokes = await acceptChannel(hub, testChannel, connection, eventOf(key, who))
        acked.set(key, pokes.length > 0 ? 'kept' : (acked.get(key) ?? 'dropped'))
        return
      } catch (error) {
        if (!(error instanceof Crash)) throw error
        if (tries > 200) throw new Error('a message never got through')
      }
    }
  }
  // An administrator's step may die half way and nobody takes it up again.
  const admin = (act: (start: (who: Person) => Promise<string | undefined>) => Promise<unknown>) => async () => {
    try {
      await act((who) => findLog(hub.store, WORKSPACE, keyOf(who)))
    } catch (error) {
      if (!(error instanceof Crash)) throw error
    }
  }
  const streams = streamsOf(hub, WORKSPACE)
  const join = (a: Person, b: Person) =>
    admin(async (start) => {
      const [x, y] = [await start(a), await start(b)]
      if (x && y) await merge(streams, { who: keyOf(a), start: x }, { who: keyOf(b), start: y })
    })
  const part = (who: Person) =>
    admin(async (start) => {
      const x = await start(who)
      if (x) await unmerge(streams, { who: keyOf(who), start: x }, [keyOf(who)])
    })
  const forget = (who: Person) =>
    admin(async (start) => {
      const x = await start(who)
      if (x) await erase(streams, { who: keyOf(who), start: x })
    })

  const tasks: (() => Promise<void>)[] = []
  for (let m = 0; m < messages; m++) {
    const who = PEOPLE[schedule.pick(PEOPLE.length)] ?? 'p'
    for (let repeat = 0; repeat < repeats; repeat++) tasks.push(message(`k${m}`, who))
  }
  const admins = [join('p', 'q'), join('q', 'p'), part('q'), join('r', 'q'), part('p'), join('p', 'r')]
  if (schedule.random() < 0.2) admins.push(forget('r'))
  tasks.push(...admins.filter(() => schedule.random() < 0.6))
  const route = async () => {
    const known = [...logs.keys()]
    const log = known[schedule.pick(known.length)]
    try {
      if (log) await routeLog(hub, { workspace: WORKSPACE, log })
    } catch (error) {
      if (!(error instanceof Crash)) throw error
    }
  }
  for (let router = 0; router < routers; router++) tasks.push(route)
  // Half of them begin late, so that logs have grown and caches are stale.
  const late = tasks.filter(() => schedule.random() < 0.5)
  await schedule.run(tasks.filter((task) => !late.includes(task)))
  await schedule.run(late)
  const calm: Hub = { ...base, store: record }
  for (let before = -1; routers > 0 && before !== size(logs); ) {
    before = size(logs)
    for (const log of [...logs.keys()]) await routeLog(calm, { workspace: WORKSPACE, log })
  }
  judge(logs, roots, acked)
  return logs
}

const size = (logs: Map<string, Entry[]>) => [...logs.values()].flat().length

function note(item: Key & Record<string, unknown>, logs: Map<string, Entry[]>, roots: Map<string, Set<string>>): void {
  if (item.sk.startsWith('E#')) {
    const entry = EntrySchema.parse(item.entry)
    const log = logs.get(entry.log) ?? []
    const before = log[entry.seq - 1]
    if (before && (before.kind !== entry.kind || before.id !== entry.id))
      throw new Error(`another entry at ${entry.seq} of ${entry.log}`)
    if (before) {
      logs.set(entry.log, log.with(entry.seq - 1, entry))
      return
    }
    if (log.length !== entry.seq - 1) throw new Error(`gap in ${entry.log} before ${entry.seq}`)
    if (log.at(-1)?.kind === 'seal') throw new Error(`entry after the seal of ${entry.log}`)
    logs.set(entry.log, [...log, entry])
  }
  if (item.pk.startsWith('I#') && typeof item.log === 'string') {
    const identity = item.pk.slice(`I#${WORKSPACE}#`.length)
    roots.set(identity, (roots.get(identity) ?? new Set()).add(item.log))
  }
}

/** What must hold whatever happened: kept once, gapless, seals last, nobody in a log he never lived in. */
function judge(logs: Map<string, Entry[]>, roots: Map<string, Set<string>>, acked: Map<string, 'kept' | 'dropped'>): void {
  const seen = new Map<string, number>()
  for (const [log, entries] of logs) {
    const ids = new Set<string>()
    for (const entry of entries) {
      if (ids.has(entry.id)) throw new Error(`${entry.id} twice in ${log}`)
      ids.add(entry.id)
      if (!isIncoming(entry)) continue
      seen.set(entry.id, (seen.get(entry.id) ?? 0) + 1)
      if (entry.identity && !livedIn(logs, roots.get(entry.identity) ?? new Set(), entry.identity).has(log)) {
        throw new Error(`${entry.identity} stands in ${log}, where it never lived`)
      }
    }
  }
  for (const [key, fate] of acked) {
    const times = seen.get(claimId('test', 'account', 'message', key)) ?? 0
    if (times !== 1 && !(fate === 'dropped' && times === 0)) throw new Error(`${key} (${fate}) stands ${times} times`)
  }
}

function livedIn(logs: Map<string, Entry[]>, roots: Set<string>, who: string): Set<string> {
  const path = new Set<string>()
  for (const root of roots) {
    for (let log: string | undefined = root; log && !path.has(log); ) {
      path.add(log)
      const last: Entry | undefined = logs.get(log)?.at(-1)
      log = last?.kind === 'seal' ? targetOf(last, who)?.log : undefined
    }
  }
  return path
}
