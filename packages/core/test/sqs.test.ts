import { createServer } from 'node:http'
import { SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { idMaker } from '../src/id.ts'
import { groupOf, Poke } from '../src/queue/queue.ts'
import { groupId, sqsQueue } from '../src/queue/sqs.ts'

const Sent = z.object({
  QueueUrl: z.string(),
  Entries: z.array(
    z.object({ Id: z.string(), MessageBody: z.string(), MessageGroupId: z.string(), MessageDeduplicationId: z.string() }),
  ),
})

/** SQS's wire format for the one call of the port; refuses the entries of a log named `refused`. */
let batches: z.infer<typeof Sent>[] = []
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  expect(request.headers['x-amz-target']).toBe('AmazonSQS.SendMessageBatch')
  const batch = Sent.parse(JSON.parse(Buffer.concat(chunks).toString()))
  batches.push(batch)
  const refused = batch.Entries.filter((entry) => entry.MessageBody.includes('refused'))
  const sent = batch.Entries.filter((entry) => !refused.includes(entry))
  const answer = {
    Successful: sent.map(({ Id }) => ({ Id, MessageId: Id })),
    Failed: refused.map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
  }
  response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer))
})

let base = ''
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address !== null && typeof address !== 'string') base = `http://127.0.0.1:${address.port}`
})
afterAll(() => server.close())
afterEach(() => {
  batches = []
})

function start() {
  const client = new SQSClient({
    endpoint: base,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    md5: false,
  })
  const url = (name: string) => `${base}/1/${name}.fifo`
  const urls = { route: url('route'), fetch: url('fetch'), deliver: url('deliver'), mirror: url('mirror') }
  return sqsQueue({ client, urls, id: idMaker() })
}
const poke = (to: Poke['to'], log: string, connection?: string): Poke => ({ to, workspace: 'w', log, connection })

it('makes one call per queue and ten pokes, each with a deduplication id of its own', async () => {
  const same = Array.from({ length: 23 }, () => poke('route', 'l1'))
  await start().send([...same, poke('mirror', 'l1', 'c1'), poke('mirror', 'l1', 'c2'), poke('deliver', 'l1')])
  const calls = batches.map(({ QueueUrl, Entries }) => `${QueueUrl.split('/').at(-1)} ${Entries.length}`).sort()
  expect(calls).toEqual(['deliver.fifo 1', 'mirror.fifo 2', 'route.fifo 10', 'route.fifo 10', 'route.fifo 3'])
  const entries = batches.flatMap((batch) => batch.Entries)
  expect(new Set(entries.map((entry) => entry.MessageDeduplicationId)).size).toBe(26)
  expect(Poke.parse(JSON.parse(entries[0]?.MessageBody ?? ''))).toEqual({ to: 'route', workspace: 'w', log: 'l1' })
  const mirrors = batches.find((batch) => batch.QueueUrl.endsWith('mirror.fifo'))?.Entries ?? []
  expect(mirrors.map((entry) => entry.MessageGroupId)).toEqual(['w/l1/c1', 'w/l1/c2'])
})

it('calls nobody for no pokes', async () => {
  await start().send([])
  expect(batches).toEqual([])
})

it('fails when SQS refuses one of a batch', async () => {
  await expect(start().send([poke('route', 'l1'), poke('route', 'refused')])).rejects.toThrow(
    'SQS refused 1 of 2 pokes: InternalError',
  )
})

it('hashes group names that SQS does not admit, equal ones equally', () => {
  for (const log of ['with space', 'лог', 'x'.repeat(200)]) {
    expect(groupId(poke('route', log))).toMatch(/^[\w-]{43}$/)
    expect(groupId(poke('route', log))).toBe(groupId(poke('deliver', log)))
    expect(groupId(poke('route', log))).not.toBe(groupId(poke('route', `${log}!`)))
  }
  expect(groupId(poke('route', 'a/+=b'))).toBe(groupOf(poke('route', 'a/+=b')))
})
