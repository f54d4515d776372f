import type { Entry, Fact } from '../../src/entry.ts'
import { pokeAll, pokesFor } from '../../src/flow/poke.ts'
import { streamsOf } from '../../src/flow/streams.ts'
import { append } from '../../src/stream/append.ts'
import { claimId } from '../../src/stream/claim.ts'
import { WORKSPACE } from '../hub.ts'
import type { Pigeons } from './pigeons.ts'

/** As a tool appends: nobody asks beforehand whether it can be sent. */
export async function appendAs(t: Pigeons, customer: string, fact: Fact): Promise<Entry> {
  const id = claimId('test', t.hub.id())
  const appended = await append(streamsOf(t.hub, WORKSPACE), { who: '*', start: customer, id, fact })
  if (!('entry' in appended)) throw new Error(`not appended: ${appended.outcome}`)
  await pokeAll(t.hub, pokesFor(WORKSPACE, appended.entry))
  return appended.entry
}
