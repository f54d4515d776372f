/** Following seals: from where somebody believed a stream to be to the log that is live (DESIGN 2.4). */
import type { Entry, Fact, SealEntry, Target } from '../entry.ts'
import type { Place } from '../store/keys.ts'
import type { Store } from '../store/store.ts'
import { lastEntry, readAfter, toItem } from './log.ts'

/** What the protocol needs of the hub. `fold` gives the folded state of a sealed log, whole or of the identities that go on in one part of it. */
export type Streams = {
  store: Store
  workspace: string
  now: () => number
  /** Ids of new logs and of announcements; a later one is greater. */
  id: () => string
  fold: (log: string, part?: { only?: string[]; without?: string[] }) => Promise<Record<string, unknown>>
}

/** A chain of seals longer than this is a circle, which the protocol excludes. */
const MOST_HOPS = 60

export const place = (streams: Streams, log: string): Place => ({ workspace: streams.workspace, log })

/** Where `who` goes on after the seal; undefined: erased. */
export const targetOf = (seal: SealEntry, who: string): Target | undefined => seal.data.next[who] ?? seal.data.next['*']

export const isSeal = (entry: Entry | undefined): entry is SealEntry => entry?.kind === 'seal'

/** Puts an entry at a number of a log if nothing stands there; undefined: something does. The caller knows that all before it stand. */
export async function putAt(streams: Streams, log: string, seq: number, id: string, fact: Fact): Promise<Entry | undefined> {
  const entry: Entry = { ...fact, id, log, seq, at: new Date(streams.now()).toISOString() }
  return (await streams.store.put(toItem(place(streams, log), entry), { absent: true })) ? entry : undefined
}

/**
 * The first to follow a seal makes sure that the log it leads to says where it comes from: `joined` after a merge, `opened` after an
 * unmerge. The same id and content whoever does it.
 */
async function enter(streams: Streams, seal: SealEntry, to: Target): Promise<void> {
  if (to.since > 0) {
    const state = async () => ({ from: seal.log, state: await streams.fold(seal.log) })
    await placeOnce(streams, `joined:${seal.log}`, '*', to.log, to.since, async () => ({ kind: 'joined', data: await state() }))
    return
  }
  const [first] = await readAfter(streams.store, place(streams, to.log), 0, 1)
  if (first) return
  const named = Object.entries(seal.data.next).filter(([who]) => who !== '*')
  const own = named.filter(([, target]) => target.log === to.log).map(([who]) => who)
  const part = own.length > 0 ? { only: own } : { without: named.map(([who]) => who) }
  const state = await streams.fold(seal.log, part)
  await putAt(streams, to.log, 1, `opened:${to.log}`, { kind: 'opened', data: { from: seal.log, state } })
}

/** From `start` over seals to where the stream ends: its live log, or the log whose seal names nothing, and the last number there. */
export async function endOf(streams: Streams, who: string, start: string): Promise<{ log: string; t: number; erased: boolean }> {
  let log = start
  for (let hops = 0; hops < MOST_HOPS; hops++) {
    const last = await lastEntry(streams.store, place(streams, log))
    const to = isSeal(last) ? targetOf(last, who) : undefined
    if (!isSeal(last) || !to) return { log, t: last?.seq ?? 0, erased: isSeal(last) }
    await enter(streams, last, to)
    log = to.log
  }
  throw new Error(`circle of seals from log ${start}`)
}

/** The live log and its last number; undefined: the stream was erased. */
export async function live(streams: Streams, who: string, start: string): Promise<{ log: string; t: number } | undefined> {
  const { log, t, erased } = await endOf(streams, who, start)
  return erased ? undefined : { log, t }
}

export type Maker = () => Promise<Fact> | Fact

/**
 * Appends `id` once, knowing that it cannot stand at or before `since` of `log`. Repeats come in here as well: whoever finds the id
 * standing is done. Undefined: the stream was erased meanwhile, and the entry goes with it.
 */
export async function placeOnce(
  streams: Streams,
  id: string,
  who: string,
  start: string,
  since: number,
  make: Maker,
): Promise<Entry | undefined> {
  let log = start
  let n = since
  for (;;) {
    let sealed: SealEntry | undefined
    for (;;) {
      const prefix = await readAfter(streams.store, place(streams, log), n)
      if (prefix.length === 0) break
      for (const entry of prefix) {
        if (entry.id === id) return entry
        if (isSeal(entry)) sealed = entry
      }
      n += prefix.length
      if (sealed) break
    }
    if (sealed) {
      const to = targetOf(sealed, who)
      if (!to) return undefined
      if (who !== '*' || !id.startsWith('joined:')) await enter(streams, sealed, to)
      log = to.log
      n = to.since
      continue
    }
    const entry = await putAt(streams, log, n + 1, id, await make())
    if (entry) return entry
  }
}
