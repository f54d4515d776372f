/** All that one look at the inbox needs. */

import type { Session } from '@throughline/core/agent/session.ts'
import { listConnections } from '@throughline/core/connection/read.ts'
import type { Entry } from '@throughline/core/entry.ts'
import { listCustomers } from '@throughline/core/flow/list.ts'
import { readMeanings } from '@throughline/core/flow/meaning.ts'
import { preview } from '@throughline/core/flow/reply.ts'
import { type DeliveryView, readDeliveries, readEntries } from '@throughline/core/flow/timeline.ts'
import { type CustomerCard, markRead, readCard } from '@throughline/core/flow/view.ts'
import type { CallingHub } from '@throughline/core/hub.ts'
import type { Filter } from './list.tsx'
import type { Where } from './reply.tsx'

const LISTED = 60
/** Of a conversation at first; and at most, for who asks for what was said earlier. */
const TAIL = 60
const LONGEST = 1000

export type Opened = {
  card: CustomerCard
  entries: Entry[]
  earlier: boolean
  /** Shown from its beginning. */
  all: boolean
  deliveries: Record<string, DeliveryView>
  /** By entry id: the button that a short answer means. */
  meanings: Record<string, string>
  where: Where
  via?: string
  connectionName: (id: string) => string | undefined
}
export type Look = { filter: Filter; customers: CustomerCard[]; more: boolean; opened?: Opened }
export type Asked = { filter: Filter; customer?: string; via?: string; all?: boolean }

export async function look(hub: CallingHub, session: Session, asked: Asked): Promise<Look> {
  const { filter, customer } = asked
  // First, so that the list counts what is on the screen as read.
  const opened = customer ? await open(hub, session, customer, asked) : undefined
  const { customers, next } = await listCustomers(hub, session.workspace, {
    ...statusOf(filter),
    ...(filter.show === 'mine' && { assignee: session.agent }),
    ...(filter.q && { q: filter.q }),
    limit: LISTED,
    agent: session.agent,
  })
  return { filter, customers, more: next !== undefined, opened }
}

const statusOf = ({ show }: Filter): { status?: 'open' | 'closed' } =>
  show === 'all' ? {} : { status: show === 'closed' ? 'closed' : 'open' }

async function open(hub: CallingHub, { workspace, agent }: Session, id: string, { via, all }: Asked): Promise<Opened> {
  const card = await readCard(hub, workspace, id, agent)
  const known = card.identities.some((identity) => identity.key === via) ? via : undefined
  const limit = all ? LONGEST : TAIL
  const [{ entries }, where, connections] = await Promise.all([
    readEntries(hub, workspace, card.id, { tail: limit }),
    known ? preview(hub, workspace, card.id, { via: known }) : card.reply,
    listConnections(hub, workspace),
  ])
  const [deliveries, meanings] = await Promise.all([
    readDeliveries(hub, workspace, entries),
    readMeanings(hub, workspace, entries),
  ])
  if (card.unread > 0) await markRead(hub, workspace, card.id, agent)
  const connectionName = (connection: string) => connections.find((one) => one.id === connection)?.name
  return {
    card,
    entries,
    earlier: !all && entries.length === limit,
    all: all ?? false,
    deliveries,
    meanings,
    where,
    via: known,
    connectionName,
  }
}

/** Whom one may merge with: the customers active last. */
export async function others(hub: CallingHub, { workspace, agent }: Session, id: string): Promise<CustomerCard[]> {
  const { customers } = await listCustomers(hub, workspace, { limit: LISTED, agent })
  const { log } = await readCard(hub, workspace, id)
  return customers.filter((card) => card.id !== log)
}
