/** What the two SMTP servers of this package share: the hub's door and the sandbox's mailbox. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { SMTPServer, SMTPServerDataStream } from 'smtp-server'

/** An answer with this code. */
export const replyWith = (responseCode: number, words: string) => Object.assign(new Error(words), { responseCode })

export async function readAll(stream: SMTPServerDataStream): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  // What is over the limit is refused at the end; until then it must be read, not kept.
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk)
  return new Uint8Array(Buffer.concat(chunks))
}

/** On the loopback only. `port` 0: any. */
export async function listenSmtp(server: SMTPServer, port: number): Promise<{ port: number; close(): Promise<void> }> {
  const inner = server.listen(port, '127.0.0.1')
  await Promise.race([once(inner, 'listening'), once(server, 'error').then(([error]) => Promise.reject(error))])
  // A client that hangs up in the middle is its own trouble.
  server.on('error', () => undefined)
  const address: AddressInfo | string | null = inner.address()
  if (address === null || typeof address === 'string') throw new Error('The SMTP server has no port')
  return {
    port: address.port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
