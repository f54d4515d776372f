/** All that is kept of one customer, as it is read: a long history never lies in memory whole. */

import { readDeliveries, readEntries } from '@throughline/core/flow/timeline.ts'
import { readCard } from '@throughline/core/flow/view.ts'
import type { Hub } from '@throughline/core/hub.ts'
import { shownEntry } from './parts.ts'

const PAGE = 100

async function* exported(hub: Hub, workspace: string, id: string, card: object): AsyncGenerator<string> {
  yield `{"customer":${JSON.stringify(card)},"entries":[`
  let between = ''
  const deliveries: Awaited<ReturnType<typeof readDeliveries>> = {}
  for (let after: string | undefined, more = true; more; ) {
    const page = await readEntries(hub, workspace, id, { limit: PAGE, ...(after !== undefined && { after }) })
    for (const entry of page.entries) {
      yield `${between}\n${JSON.stringify(shownEntry(hub, entry))}`
      between = ','
    }
    Object.assign(deliveries, await readDeliveries(hub, workspace, page.entries))
    more = page.entries.length > 0
    after = page.next
  }
  yield `],"deliveries":${JSON.stringify(deliveries)}}\n`
}

/** The card is read before the answer begins, so that an unknown customer is a 404; a later failure breaks the answer off. */
export async function exportOf(hub: Hub, workspace: string, id: string): Promise<Response> {
  const chunks = exported(hub, workspace, id, await readCard(hub, workspace, id))
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: () => void chunks.return(undefined),
  })
  const headers = {
    'content-type': 'application/json',
    'content-disposition': 'attachment; filename="customer.json"',
    'cache-control': 'no-store',
  }
  return new Response(body, { headers })
}
