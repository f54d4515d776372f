/** A message that came to another customer's own reply address: such addresses are forwarded and leaked, so an agent decides. */
import type { Entry } from '../entry.ts'
import type { Hub } from '../hub.ts'
import type { Poke } from '../queue/queue.ts'
import { append } from '../stream/append.ts'
import { claimId } from '../stream/claim.ts'
import { live } from '../stream/seal.ts'
import { pokesFor } from './poke.ts'
import { streamsOf } from './streams.ts'

const WORDS =
  'This mail answers to the address that was given to another customer. Merge them if you know that it is one person, or look there for what it is about.'

/** Once for two streams. Nothing where both are one already, or where the named customer is not known (any more). */
export async function suggestNamed(hub: Hub, workspace: string, entry: Entry, customer: string): Promise<Poke[]> {
  const streams = streamsOf(hub, workspace)
  const named = await live(streams, '*', customer)
  const own = await live(streams, entry.identity ?? '*', entry.log)
  if (!named || named.t === 0 || !own || named.log === own.log) return []
  const id = claimId('suggestion', own.log, named.log)
  const fact = {
    kind: 'suggestion' as const,
    author: { kind: 'rule' as const, id: 'hub' },
    data: { customer: named.log, words: WORDS },
  }
  const appended = await append(streams, { who: '*', start: own.log, id, fact })
  return 'entry' in appended ? pokesFor(workspace, appended.entry) : []
}
