/** One port for everything: webhooks, REST, the pages, the sandbox. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { handler as webhook } from '../../../functions/webhook.ts'
import { StartError } from './settings.ts'
import { toEvent } from './webhook-event.ts'

export type Bindings = { Bindings: HttpBindings }

/** A function URL takes no more. */
const MAX_EVENT = 6 * 1024 * 1024
/** Long polls are cut at the stop; what else runs is given so many milliseconds. */
const GRACE = 3_000

/** `isOpen`: a hub that is stopping lets providers come again later. */
export function hooks(isOpen: () => boolean): Hono<Bindings> {
  const app = new Hono<Bindings>()
  app.use('/hooks/*', bodyLimit({ maxSize: MAX_EVENT, onError: (c) => c.body(null, 413) }))
  app.all('/hooks/*', async (c) => {
    if (!isOpen()) return c.body(null, 503, { 'retry-after': '5' })
    const result = await webhook(toEvent(c.env.incoming, await c.req.arrayBuffer()))
    const headers = new Headers()
    for (const [name, value] of Object.entries(result.headers ?? {})) headers.set(name, String(value))
    const empty = result.body === undefined || result.body === ''
    return new Response(empty ? null : result.body, { status: result.statusCode ?? 200, headers })
  })
  return app
}

export type Listening = { port: number; use(app: Hono<Bindings>): void; close(): Promise<void> }

/** Listens at once, so that the port is known before there is anything to serve. */
export async function listen(port: number, host: string): Promise<Listening> {
  let app = new Hono<Bindings>().all('*', (c) => c.body(null, 503, { 'retry-after': '1' }))
  const server = createServer(getRequestListener((request, env) => app.fetch(request, env)))
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new StartError(`Port ${port} is taken. Set PORT to another.`) : error),
    )
    server.listen(port, host, resolve)
  })
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return {
    port: address.port,
    use: (next) => {
      app = next
    },
    close: () =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), GRACE)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
      }),
  }
}
