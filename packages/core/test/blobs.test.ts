import { createServer } from 'node:http'
import { S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Blobs } from '../src/blobs/blobs.ts'
import { memoryBlobs } from '../src/blobs/memory.ts'
import { s3Blobs } from '../src/blobs/s3.ts'

/** As much of S3's wire format as the port uses. */
function bucket() {
  const objects = new Map<string, { bytes: Buffer; headers: Record<string, string> }>()
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '', 'http://s3').pathname)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (request.method === 'PUT') {
      const headers = Object.entries(request.headers).filter(([name]) => name.startsWith('x-amz-meta-'))
      objects.set(path, {
        bytes: Buffer.concat(chunks),
        headers: Object.fromEntries(headers.map(([name, v]) => [name, String(v)])),
      })
      response.writeHead(200).end()
    } else if (request.method === 'DELETE') {
      objects.delete(path)
      response.writeHead(204).end()
    } else {
      const object = objects.get(path)
      const missing = '<?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>none</Message></Error>'
      if (object) response.writeHead(200, object.headers).end(object.bytes)
      else response.writeHead(404, { 'content-type': 'application/xml' }).end(missing)
    }
  })
  return { server, objects }
}

const s3 = bucket()
const engines: [string, () => Blobs][] = [
  ['memory', memoryBlobs],
  [
    'S3',
    () => {
      const address = s3.server.address()
      if (address === null || typeof address === 'string') throw new Error('the bucket listens on no port')
      const client = new S3Client({
        endpoint: `http://127.0.0.1:${address.port}`,
        forcePathStyle: true,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        requestChecksumCalculation: 'WHEN_REQUIRED',
      })
      return s3Blobs({ client, bucket: 'b' })
    },
  ],
]

beforeAll(() => new Promise<void>((resolve) => s3.server.listen(0, '127.0.0.1', resolve)))
afterAll(() => s3.server.close())

describe.each(engines)('blobs in %s', (_name, start) => {
  it('gives back bytes, type and name exactly', async () => {
    const blobs = start()
    const bytes = Uint8Array.from([0, 255, 10, 13, 128])
    const blob = { bytes, mime: 'text/plain; odd="é\r\n"', name: 'Отчёт 👋\n.pdf' }
    await blobs.put('w1/m/é 1', blob)
    bytes[0] = 9
    const found = await blobs.get('w1/m/é 1')
    expect(found).toEqual({ ...blob, bytes: expect.any(Uint8Array) })
    expect([...(found?.bytes ?? [])]).toEqual([0, 255, 10, 13, 128])
  })

  it('overwrites, deletes, and has nothing where nothing is', async () => {
    const blobs = start()
    await blobs.put('w1/a', { bytes: new Uint8Array(1), mime: 'a/b' })
    await blobs.put('w1/a', { bytes: new Uint8Array(0), mime: 'c/d' })
    const found = await blobs.get('w1/a')
    expect([found?.bytes.length, found?.mime, found && 'name' in found]).toEqual([0, 'c/d', false])
    await blobs.delete('w1/a')
    await blobs.delete('w1/a')
    expect(await blobs.get('w1/a')).toBeUndefined()
  })
})
