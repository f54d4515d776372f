/** A sandbox on a real port, and a hub's door beside it that only writes down what comes. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { sandboxApp } from '../src/sandbox/app.ts'
import { type OpenSandbox, openSandbox } from '../src/sandbox/open.ts'

export type Heard = { url: string; headers: Record<string, string | string[] | undefined>; body: string }

const portOf = (server: Server): number => {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
const listen = (server: Server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const close = (server: Server) =>
  new Promise<void>((resolve) => {
    server.closeAllConnections()
    server.close(() => resolve())
  })

export async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** `answers`: the status that the door gives, per request; 200 afterwards. */
export async function place(answers: number[] = [], smtpPort = 0) {
  const dir = await mkdtemp(join(tmpdir(), 'sandbox-'))
  const heard: Heard[] = []
  const door = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      heard.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(answers.shift() ?? 200).end()
    })
  })
  await listen(door)
  const hook = `http://127.0.0.1:${portOf(door)}/hooks/abc`

  let app = new Hono<{ Bindings: object }>()
  const server = createServer(getRequestListener((request, env) => app.fetch(request, env)))
  await listen(server)
  const origin = `http://127.0.0.1:${portOf(server)}/sandbox`
  const sandbox: OpenSandbox = await openSandbox({ dir, origin, fetch, smtpPort: () => smtpPort, pace: 5 })
  app = new Hono<{ Bindings: object }>().route(
    '/sandbox',
    sandboxApp(sandbox, async () => {}),
  )

  return {
    sandbox,
    state: sandbox.book.state,
    origin,
    hook,
    heard,
    dir,
    async close() {
      await sandbox.close()
      await Promise.all([close(server), close(door)])
      await rm(dir, { recursive: true, force: true })
    },
  }
}
export type Place = Awaited<ReturnType<typeof place>>
