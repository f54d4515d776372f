import { createHash } from 'node:crypto'
import * as z from 'zod/mini'
import { keys } from '../store/keys.ts'
import type { Store } from '../store/store.ts'

/**
 * The record that makes an event count once: where its entry was going to stand, and under which id. The id is a hash of what is
 * claimed, so a claim holds no address, every try of the same event knows the id, and an entry can be found by its id.
 */
export const Claim = z.object({
  log: z.string(),
  since: z.number(),
  entry: z.string(),
  /** Of the fact, to notice the same id with another body. */
  digest: z.optional(z.string()),
})
export type Claim = z.infer<typeof Claim>

/** Longer than any provider repeats (Meta: 7 days). */
const KEPT_SECONDS = 30 * 24 * 3600

const hash = (text: string) => createHash('sha256').update(text).digest('hex')

/** The entry's id for what is claimed: 128 bits of SHA-256. */
export const claimId = (...what: readonly string[]): string =>
  `ent_${hash(what.map((part) => `${part.length}:${part}`).join('|')).slice(0, 32)}`

export const digestOf = (fact: unknown): string => hash(JSON.stringify(fact)).slice(0, 16)

export async function readClaim(store: Store, workspace: string, entry: string): Promise<Claim | undefined> {
  const item = await store.get(keys.claim(workspace, entry))
  return item && Claim.parse(item)
}

/** False: it is claimed already. */
export function putClaim(store: Store, workspace: string, claim: Claim, now: number): Promise<boolean> {
  const expiresAt = Math.floor(now / 1000) + KEPT_SECONDS
  return store.put({ ...keys.claim(workspace, claim.entry), ...claim, expiresAt }, { absent: true })
}
