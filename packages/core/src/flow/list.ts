/** Lists of customers: filtered and sorted from what the index shows, so that only the customers of the page itself are read. */
import { fits, Row, rowOf } from '../customer/row.ts'
import { VisibleError } from '../error.ts'
import type { Hub } from '../hub.ts'
import { keys, LIST_SHARDS, type Place } from '../store/keys.ts'
import type { Item } from '../store/store.ts'
import { stateOf } from './streams.ts'
import { type CustomerCard, cardOf } from './view.ts'

export type Filter = {
  status?: string | undefined
  tag?: string | undefined
  assignee?: string | undefined
  channel?: string | undefined
  q?: string | undefined
  limit?: number | undefined
  cursor?: string | undefined
  agent?: string | undefined
}

const PAGE = 1000
/** Most rows that one list looks at in a shard, those who wait longest first: a hub with more needs a search of its own. */
const MOST = 10_000

type Listed = { at: Place; row: Row }

/** Newest activity first. The cursor is the last activity and id of the page's end. */
export async function listCustomers(
  hub: Hub,
  workspace: string,
  filter: Filter,
): Promise<{ customers: CustomerCard[]; next?: string }> {
  const end = filter.cursor ? decode(filter.cursor) : undefined
  const statuses = filter.status ? [filter.status] : ['open', 'closed']
  const shards = statuses.flatMap((status) =>
    Array.from({ length: LIST_SHARDS }, (_, shard) => keys.list(workspace, status, shard)),
  )
  const items = (await Promise.all(shards.map((shard) => itemsOf(hub, shard)))).flat()
  // An index may still show a customer where it stood before as well: an engine lags, or died between index and item.
  const unique = new Map(items.map((item) => [item.pk, item]))
  const rows = await Promise.all([...unique.values()].map((item) => listed(hub, workspace, item)))
  const wanted = rows.filter(({ row }) => fits(row, filter)).sort((a, b) => (order(a) < order(b) ? 1 : -1))
  const from = end === undefined ? wanted : wanted.filter((one) => order(one) < end)
  const page = from.slice(0, filter.limit ?? 50)
  const cards = await Promise.all(page.map(({ at }) => read(hub, at, filter)))
  const last = page.at(-1)
  const customers = cards.filter((card) => card !== undefined)
  return { customers, ...(from.length > page.length && last ? { next: Buffer.from(order(last)).toString('base64url') } : {}) }
}

async function itemsOf(hub: Hub, listPk: string): Promise<Item[]> {
  const all: Item[] = []
  for (let after: string | undefined; all.length < MOST; ) {
    const page = await hub.store.list(listPk, { limit: PAGE, ...(after ? { after } : {}) })
    all.push(...page)
    after = page.at(-1)?.listSk
    if (page.length < PAGE || !after) break
  }
  return all
}

/** A row that was taken away (something of it was erased) is made anew from the customer. */
async function listed(hub: Hub, workspace: string, item: Item): Promise<Listed> {
  const at = { workspace, log: item.pk.slice(keys.log({ workspace, log: '' }).length) }
  const row = Row.safeParse(item.listed)
  return { at, row: row.success ? row.data : rowOf((await stateOf(hub, at)).state) }
}

/** The card is exact; whoever was merged, or opened or closed, since the row was written is left out. */
async function read(hub: Hub, at: Place, filter: Filter): Promise<CustomerCard | undefined> {
  const { state, seq, last } = await stateOf(hub, at)
  if (last?.kind === 'seal' || (filter.status && state.status !== filter.status)) return undefined
  return cardOf(hub, at, at.log, state, seq, filter.agent)
}

const order = ({ at, row }: Listed) => `${row.lastAt}#${at.log}`

function decode(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString()
  if (/^[\dTZ:.-]*#[\dA-Za-z]+$/.test(text)) return text
  throw new VisibleError(400, 'bad_cursor', 'This cursor is not one of ours. Leave it out to read from the beginning.')
}
