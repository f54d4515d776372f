/** A provider on 127.0.0.1: says what it was told to say and remembers every call as it arrived. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Answer, StandIn, Wire } from '@throughline/core/channels/fixture.ts'

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

function bodyOf(type: string, bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  if (type.startsWith('application/json')) return JSON.parse(bytes.toString('utf8'))
  const boundary = /^multipart\/form-data;\s*boundary="?([^";]+)/.exec(type)?.[1]
  if (boundary !== undefined) return multipart(bytes.toString('utf8'), boundary)
  if (!type.startsWith('application/x-www-form-urlencoded')) return bytes.toString('utf8')
  const fields: Record<string, unknown> = {}
  for (const name of new Set(new URLSearchParams(bytes.toString('utf8')).keys())) {
    const values = new URLSearchParams(bytes.toString('utf8')).getAll(name)
    fields[name] = values.length === 1 ? values[0] : values
  }
  return fields
}

type FileField = { name: string; text: string }

/** Node's own reader refuses grammY's spelling of the headers. `attach://x` (Telegram), also deep in JSON, becomes the file of the field `x`. */
function multipart(text: string, boundary: string): Record<string, unknown> {
  const values: Record<string, string> = {}
  const files: Record<string, FileField> = {}
  for (const piece of text.split(`--${boundary}`).slice(1, -1)) {
    const [head = '', ...rest] = piece.slice(2).split('\r\n\r\n')
    const content = rest.join('\r\n\r\n').replace(/\r\n$/, '')
    const name = /[;\s]name="([^"]*)"/.exec(head)?.[1] ?? ''
    const file = /filename="([^"]*)"/.exec(head)?.[1]
    if (file === undefined) values[name] = content
    else files[name] = { name: file, text: content }
  }
  const attached = Object.values(values).flatMap((value) => [...value.matchAll(/attach:\/\/([^"]+)/g)].map(([, name]) => name))
  const attach = (_: string, value: unknown) =>
    typeof value === 'string' && value.startsWith('attach://') ? (files[value.slice(9)] ?? value) : value
  const fields = Object.entries(values).map(([name, value]) => [
    name,
    /"attach:/.test(value) ? JSON.parse(value, attach) : attach(name, value),
  ])
  return {
    ...Object.fromEntries(fields),
    ...Object.fromEntries(Object.entries(files).filter(([name]) => !attached.includes(name))),
  }
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
      body: bodyOf(headers['content-type'] ?? '', bytes),
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
