/** A provider on 127.0.0.1: says what it was told to say and remembers every call as it arrived. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer, StandIn, Wire } from '@throughline/core/channels/fixture.ts'

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

async function bodyOf(type: string, bytes: Buffer): Promise<unknown> {
  if (bytes.length === 0) return undefined
  if (type.startsWith('application/json')) return JSON.parse(bytes.toString('utf8'))
  if (!/^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(type)) return bytes.toString('utf8')
  const fields: Record<string, unknown> = {}
  for (const [name, value] of await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData()) {
    const read = typeof value === 'string' ? value : { name: value.name, type: value.type, text: await value.text() }
    const before = fields[name]
    fields[name] = before === undefined ? read : Array.isArray(before) ? [...before, read] : [before, read]
  }
  return fields
}

export async function httpStandIn(): Promise<StandIn> {
  const waiting: Answer[] = []
  const requests: Wire[] = []
  const server = createServer(async (request, response) => {
    const bytes = await bytesOf(request)
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value)
    requests.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers,
      body: await bodyOf(headers['content-type'] ?? '', bytes),
    })
    const answer = waiting.shift() ?? { status: 599, text: 'the stand-in has no answer left' }
    if (answer.hang) return
    if (answer.drop) return void request.socket.destroy()
    const isText = answer.text !== undefined || answer.bytes !== undefined
    response.writeHead(answer.status ?? 200, { 'content-type': isText ? 'text/plain' : 'application/json', ...answer.headers })
    response.end(answer.bytes ?? answer.text ?? JSON.stringify(answer.json ?? {}))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const port = portOf(server.address())
  return {
    connection: (connection) => ({ ...connection, apiRoot: `http://127.0.0.1:${port}` }),
    answer: (...answers) => void waiting.push(...answers),
    requests,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections()
        server.close(() => closed())
      }),
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the stand-in has no port')
  return address.port
}

/** A port where nobody listens: was open a moment ago. */
export async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const port = portOf(server.address())
  await new Promise((closed) => server.close(closed))
  return port
}
