/** Changes of who belongs to a log: each seals it for ever (DESIGN 2.4). All are safe to repeat and to race. */
import type { Author, Fact, Target } from '../entry.ts'
import { type Past, past } from './past.ts'
import { endOf, live, putAt, type Streams } from './seal.ts'

/** Tries before giving up against others who change the same logs: each loss means that somebody else got on. */
const MOST_TRIES = 40

type Member = { who: string; start: string }

const sealing = (why: 'merge' | 'unmerge' | 'erase', next: Record<string, Target>, author?: Author): Fact => ({
  kind: 'seal',
  ...(author ? { author } : {}),
  data: { why, next },
})
const putSeal = (streams: Streams, log: string, t: number, fact: Fact) => putAt(streams, log, t + 1, `seal:${log}`, fact)

/** Joins two streams: the log with the smaller id stays. Gives the live log, or undefined where one of them was erased. */
export async function merge(streams: Streams, a: Member, b: Member, author?: Author): Promise<string | undefined> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const x = await live(streams, a.who, a.start)
    const y = await live(streams, b.who, b.start)
    if (!x || !y) return undefined
    if (x.log === y.log) return x.log
    const [older, younger] = x.log < y.log ? [x, y] : [y, x]
    // Announced in the older first: that put proves that it is live, and the younger's seal fails if anything was merged into it meanwhile.
    const announcement = `joining:${younger.log}:${streams.id()}`
    const since = older.t + 1
    if (!(await putAt(streams, older.log, since, announcement, { kind: 'joining', data: { from: younger.log } }))) continue
    if (!(await putSeal(streams, younger.log, younger.t, sealing('merge', { '*': { log: older.log, since } }, author)))) continue
    // Following the seal writes `joined`. The older may have been erased since its announcement: then this one went with it.
    return (await live(streams, '*', younger.log))?.log
  }
  throw new Error(`merge of ${a.start} and ${b.start} lost every race`)
}

/** Refuses by throwing; asked anew for each try, about the very log that is then sealed. */
type Check = (log: string) => Promise<void>

/** Takes identities out of a stream into one of their own; both parts go on in fresh logs which name the old one as their past. */
export async function unmerge(
  streams: Streams,
  whole: Member,
  identities: readonly string[],
  { author, check }: { author?: Author; check?: Check } = {},
): Promise<{ own: string; rest: string } | undefined> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await live(streams, whole.who, whole.start)
    if (!found) return undefined
    await check?.(found.log)
    const rest = streams.id()
    const own = streams.id()
    const next: Record<string, Target> = { '*': { log: rest, since: 0 } }
    for (const who of identities) next[who] = { log: own, since: 0 }
    if (!(await putSeal(streams, found.log, found.t, sealing('unmerge', next, author)))) continue
    await live(streams, '*', found.log)
    await live(streams, identities[0] ?? '*', found.log)
    return { own, rest }
  }
  throw new Error(`unmerge of ${whole.start} lost every race`)
}

/** Ends a stream: its seal names nothing. Gives all that led to it, newest first, so that the contents can be removed; again where it was ended before. */
export async function erase(streams: Streams, whole: Member, author?: Author): Promise<Past[]> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const found = await endOf(streams, whole.who, whole.start)
    const sealed = found.erased || (await putSeal(streams, found.log, found.t, sealing('erase', {}, author)))
    if (sealed) return past(streams, found.log)
  }
  throw new Error(`erase of ${whole.start} lost every race`)
}
