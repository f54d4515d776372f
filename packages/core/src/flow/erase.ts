/** Erasing a customer (DESIGN 2.4): the stream is sealed with nothing named, then its contents are removed. Safe to repeat after a crash anywhere. */
import type { Author } from '../entry.ts'
import { VisibleError } from '../error.ts'
import type { Hub } from '../hub.ts'
import { erase } from '../stream/belong.ts'
import { eraseContents } from './erase-contents.ts'
import { heal } from './heal.ts'
import { existing } from './reply.ts'
import { streamsOf } from './streams.ts'

/**
 * Identity records and claims stay: a message that was claimed before is dropped when it comes again, a new one begins a new customer.
 * Tools are told by the seal's own entry, where they take every entry.
 */
export async function eraseCustomer(hub: Hub, workspace: string, customer: string, author: Author): Promise<void> {
  await known(hub, workspace, customer)
  const past = await erase(streamsOf(hub, workspace), { who: '*', start: customer }, author)
  await eraseContents(hub, workspace, past)
  hub.logger.info('customer.erased', { workspace, customer, by: author.kind, logs: past.length })
  for (const { log } of past.slice(0, 1)) await heal(hub, { workspace, log })
}

/** One that was erased before is known: an erasure that broke off is finished by asking again. */
async function known(hub: Hub, workspace: string, customer: string): Promise<void> {
  try {
    await existing(hub, workspace, customer)
  } catch (error) {
    if (!(error instanceof VisibleError && error.code === 'customer_erased')) throw error
  }
}
