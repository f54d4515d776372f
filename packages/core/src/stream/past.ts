/** What led to a log: all that were joined into it or that it was opened out of, so that an erasure finds every entry of one customer. */
import { entriesAfter, lastEntry } from './log.ts'
import { isSeal, live, place, type Streams, targetOf } from './seal.ts'

/** Does what this identity (or `*`, the rest) left in a log belong to the customer in question? */
export type Mine = (who: string) => boolean

/** `mine` is absent where the whole log is this customer's: nobody who was in it lives on elsewhere. */
export type Past = { log: string; mine?: Mine }

/** Newest first. A log may stand here twice, when two parts of it came together again beside a third one. */
export async function past(streams: Streams, log: string, mine?: Mine): Promise<Past[]> {
  const found: Past[] = [mine ? { log, mine } : { log }]
  const joined = new Set<string>()
  for await (const entry of entriesAfter(streams.store, place(streams, log), 0)) {
    if (entry.kind === 'opened') {
      const { from } = entry.data
      found.push(...(await past(streams, from, await share(streams, from, log, mine))))
    }
    // An erasure may come between a merge's seal and its `joined`: the announcement tells as well.
    const from = entry.kind === 'joined' || entry.kind === 'joining' ? entry.data.from : undefined
    if (from === undefined || joined.has(from) || (entry.kind === 'joining' && !(await wentTo(streams, from, log)))) continue
    joined.add(from)
    found.push(...(await past(streams, from, mine)))
  }
  return found
}

async function wentTo(streams: Streams, from: string, log: string): Promise<boolean> {
  const last = await lastEntry(streams.store, place(streams, from))
  return isSeal(last) && last.data.next['*']?.log === log
}

/** Who of a log that was taken apart went on in `part`; as before where no other part is left. */
async function share(streams: Streams, from: string, part: string, mine: Mine | undefined): Promise<Mine | undefined> {
  const seal = await lastEntry(streams.store, place(streams, from))
  if (!isSeal(seal)) return mine
  const others = [...new Set(Object.values(seal.data.next).map(({ log }) => log))].filter((log) => log !== part)
  const alive = await Promise.all(others.map((log) => lives(streams, log)))
  if (!alive.includes(true)) return mine
  // Whoever comes after us opens the other parts out of what we leave: they are opened before anything is taken away.
  for (const who of Object.keys(seal.data.next)) await live(streams, who, from)
  return (who) => targetOf(seal, who)?.log === part && (mine?.(who) ?? true)
}

/** Does anybody who was in this log go on? */
async function lives(streams: Streams, log: string): Promise<boolean> {
  const last = await lastEntry(streams.store, place(streams, log))
  if (!isSeal(last)) return true
  const next = [...new Set(Object.values(last.data.next).map((to) => to.log))]
  return (await Promise.all(next.map((one) => lives(streams, one)))).includes(true)
}
