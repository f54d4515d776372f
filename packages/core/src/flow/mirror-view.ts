/** A customer and an entry as a tool shows them: words, never channels' own data. */
import type { State } from '../customer/state.ts'
import { explain } from '../delivery/explain.ts'
import { Delivery } from '../delivery/record.ts'
import { type Entry, isIncoming, isOutgoing } from '../entry.ts'
import type { CallingHub } from '../hub.ts'
import { keys, type Place } from '../store/keys.ts'
import type { Card, View } from '../tool.ts'

export const cardFor = (hub: CallingHub, at: Place, state: State): Card => {
  const current = state.identities.find((identity) => identity.key === state.current?.identity) ?? state.identities[0]
  const titleOf = (kind: string) => hub.channels[kind]?.title ?? kind
  return {
    customer: at.log,
    name: state.name ?? current?.profile?.name ?? current?.address ?? 'Customer',
    ...(current ? { channel: titleOf(current.channel) } : {}),
    identities: state.identities.map((identity) => `${titleOf(identity.channel)} ${identity.address}`),
    url: `${hub.publicUrl}/inbox/${at.log}`,
  }
}

export async function viewOf(
  hub: CallingHub,
  at: Place,
  entry: Entry,
  state: State,
  words: string,
  repeated: boolean,
): Promise<View> {
  const from = state.identities.find((identity) => identity.key === entry.identity)
  const customer = from?.profile?.name ?? state.name ?? from?.address ?? 'Customer'
  const author = isIncoming(entry) || entry.identity ? customer : (entry.author?.name ?? entry.author?.id ?? 'Throughline')
  const why = isOutgoing(entry) ? await whyOf(hub, at, entry.seq) : undefined
  const mark = isIncoming(entry) && entry.channel ? ` (${hub.channels[entry.channel]?.title ?? entry.channel})` : ''
  return { entry, words, author: `${author}${mark}`, ...(why ? { why } : {}), repeated }
}

async function whyOf(hub: CallingHub, at: Place, seq: number): Promise<string | undefined> {
  const delivery = Delivery.safeParse((await hub.store.get(keys.delivery(at, seq, 0))) ?? {})
  const decision = delivery.success ? delivery.data.decision : undefined
  return decision && explain(decision, hub.config.language, hub.now())
}
