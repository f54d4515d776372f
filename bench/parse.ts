/** (4) What a channel's own code costs: verify and parse of one request, against JSON.parse of as many bytes. */

import type { Channel } from '@throughline/core/channel.ts'
import { channels } from '@throughline/core/channels/index.ts'
import { paces, type Row, ratio, table, whole } from './measure.ts'
import { on, requests } from './stage.ts'

export async function parse(): Promise<void> {
  const rows: Row[] = []
  const all: Readonly<Record<string, Channel>> = channels
  await on('memory', async (stage) => {
    for (const [kind, channel] of Object.entries(all)) {
      const connection = await stage.connect(kind)
      const [request] = await requests(connection, 1, 1)
      if (!request) continue
      const text = Buffer.from(request.body).toString()
      // Forms and mails are no JSON: as many bytes as one string in it are the cheapest that could be read at all.
      const json = text.startsWith('{') ? text : JSON.stringify({ body: text })
      const act = async () => {
        if (!(await channel.verify(request, connection))) throw new Error(`the ${kind} request of the bench is not signed well`)
        return channel.parse(request, connection)
      }
      const { ours, bare } = await paces(act, () => JSON.parse(json))
      rows.push({
        channel: kind,
        bytes: whole(text.length),
        'verify + parse/s': whole(ours),
        'JSON.parse/s': whole(bare),
        ratio: ratio(ours, bare),
      })
    }
  })
  table('Verify and parse alone; baseline: JSON.parse of the body', rows)
}
