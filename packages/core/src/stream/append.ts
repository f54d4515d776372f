/**
 * The append protocol (DESIGN 2): exactly once, gapless, single-item conditional writes only. Every step is safe to repeat, and a crash
 * between any two of them is repaired by the repeat.
 */
import type { Entry, Fact } from '../entry.ts'
import { type Claim, digestOf, putClaim, readClaim } from './claim.ts'
import { readAfter } from './log.ts'
import { live, placeOnce, putAt, type Streams } from './seal.ts'

export type Append = {
  /** The identity's key, or `*` for what concerns the customer as a whole (agents, rules). */
  who: string
  /** Where the caller believes the stream to be: the identity's log, or the customer's id. */
  start: string
  /** The entry's id, made of what is claimed (claimId). */
  id: string
  fact: Fact
}

export type Appended =
  | { outcome: 'appended' | 'repeated'; entry: Entry; log: string }
  /** Claimed earlier with another body: the first counts. */
  | { outcome: 'mismatch'; entry: Entry; log: string }
  /** Claimed before an erasure: goes with it. */
  | { outcome: 'dropped' }
  /** The stream is erased and this was not claimed before. */
  | { outcome: 'erased' }

export async function append(streams: Streams, { who, start, id, fact }: Append): Promise<Appended> {
  const digest = digestOf(fact)
  const found = await live(streams, who, start)
  if (!found) {
    const earlier = await readClaim(streams.store, streams.workspace, id)
    return earlier ? settle(streams, earlier, who, fact, digest) : { outcome: 'erased' }
  }
  const mine: Claim = { log: found.log, since: found.t, entry: id, digest }
  if (await putClaim(streams.store, streams.workspace, mine, streams.now())) {
    const entry = await putAt(streams, found.log, found.t + 1, id, fact)
    if (entry) return { outcome: 'appended', entry, log: entry.log }
    return settle(streams, mine, who, fact, digest)
  }
  // An expired claim that was deleted between our two calls counts as none: ours then is the one to go by.
  const claim = (await readClaim(streams.store, streams.workspace, id)) ?? mine
  return settle(streams, claim, who, fact, digest)
}

/** A repeat, or a first try that lost its place: find the entry after the claim's number, or place it. */
async function settle(streams: Streams, claim: Claim, who: string, fact: Fact, digest: string): Promise<Appended> {
  const entry = await placeOnce(streams, claim.entry, who, claim.log, claim.since, () => fact)
  if (!entry) return { outcome: 'dropped' }
  const outcome = claim.digest !== undefined && claim.digest !== digest ? 'mismatch' : 'repeated'
  return { outcome, entry, log: entry.log }
}

/** Finds an entry by its id: over its claim, then along the log and its seals. */
export async function findEntry(streams: Streams, id: string): Promise<Entry | undefined> {
  const claim = await readClaim(streams.store, streams.workspace, id)
  if (!claim) return undefined
  return lookFor(streams, id, claim)
}

async function lookFor(streams: Streams, id: string, claim: Claim): Promise<Entry | undefined> {
  let { log, since } = claim
  for (;;) {
    const page = await readAfter(streams.store, { workspace: streams.workspace, log }, since)
    const found = page.find((entry) => entry.id === id)
    if (found) return found
    const last = page.at(-1)
    if (!last) return undefined
    const to = last.kind === 'seal' ? last.data.next['*'] : undefined
    if (to) [log, since] = [to.log, to.since]
    else if (last.kind === 'seal') return undefined
    else since = last.seq
  }
}
