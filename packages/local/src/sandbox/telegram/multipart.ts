/** Multipart forms, read as leniently as Telegram does: the platform's own reader refuses headers in grammY's spelling. */
import { once } from 'node:events'
import { Busboy } from '@fastify/busboy'
import { bad } from './answer.ts'

export async function readMultipart(type: string, body: Uint8Array): Promise<Map<string, string | File>> {
  const found = new Map<string, string | File>()
  const reader = new Busboy({ headers: { 'content-type': type }, limits: { fieldSize: 100_000, parts: 100 } })
  reader.on('field', (name: string, value: string) => found.set(name, value))
  reader.on('file', (name, stream, filename, _encoding, mime) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    stream.on('end', () =>
      found.set(
        name,
        new File(
          chunks.map((chunk) => new Uint8Array(chunk)),
          filename || 'file',
          { type: mime },
        ),
      ),
    )
  })
  const done = once(reader, 'finish')
  reader.end(body)
  await done.catch(() => {
    throw bad('wrong multipart form')
  })
  return found
}
