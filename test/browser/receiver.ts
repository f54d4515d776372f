/** A program of the business on 127.0.0.1: takes what the webhook tool posts, if it is signed. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Webhook } from 'standardwebhooks'

type Taken = { headers: Record<string, string>; body: string }
export type Receiver = {
  url: string
  host: string
  /** What it answers from now on. */
  answer(status: number): void
  /** Texts of the messages taken; throws on one that this secret did not sign. */
  texts(secret: string): string[]
  close(): Promise<void>
}

function textOf(payload: unknown): string {
  const found = /"text":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(payload))?.[1]
  return found === undefined ? '' : String(JSON.parse(found))
}

export async function startReceiver(): Promise<Receiver> {
  let status = 204
  const taken: Taken[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(Buffer.from(chunk))
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    if (status < 300) taken.push({ headers, body: Buffer.concat(chunks).toString('utf8') })
    response.writeHead(status).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The receiver has no port')
  const host = `127.0.0.1:${address.port}`
  return {
    url: `http://${host}/hook`,
    host,
    answer: (next) => {
      status = next
    },
    texts: (secret) => taken.map(({ headers, body }) => textOf(new Webhook(secret).verify(body, headers))),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
