/**
 * How the command line reaches a hub that is running, for LevelDB lets one process in: a port of its own on the loopback, and a token
 * in a file that only this user can read. No tunnel or proxy in front of the hub leads to it.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { VisibleError } from '@throughline/core/error.ts'
import { Hono } from 'hono'
import * as z from 'zod/mini'
import { StartError } from './settings.ts'

const Control = z.object({ port: z.number(), token: z.string() })
const Answer = z.object({ lines: z.array(z.string()), refused: z.optional(z.string()) })
const fileOf = (dir: string) => join(dir, 'control.json')

type Run = (words: string[]) => Promise<string[]>

export async function openControl(dir: string, run: Run): Promise<{ close(): Promise<void> }> {
  const token = randomBytes(32).toString('base64url')
  const app = new Hono()
  app.post('/', async (c) => {
    const given = Buffer.from(c.req.header('authorization') ?? '')
    const expected = Buffer.from(`Bearer ${token}`)
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return c.body(null, 401)
    try {
      return c.json({ lines: await run(z.array(z.string()).parse(await c.req.json())) })
    } catch (error) {
      if (!(error instanceof StartError || error instanceof VisibleError)) throw error
      return c.json({ lines: [], refused: error instanceof VisibleError ? error.words : error.message })
    }
  })
  const server = createServer(getRequestListener(app.fetch))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The control port has no number')
  await writeFile(`${fileOf(dir)}.new`, JSON.stringify({ port: address.port, token }), { mode: 0o600 })
  await rename(`${fileOf(dir)}.new`, fileOf(dir))
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => rm(fileOf(dir), { force: true }).then(resolve))
        server.closeAllConnections()
      }),
  }
}

/** Undefined: no hub runs on this data (a killed one leaves its file behind). */
export async function askControl(dir: string, words: readonly string[]): Promise<string[] | undefined> {
  const text = await readFile(fileOf(dir), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const { port, token } = Control.parse(JSON.parse(text))
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: JSON.stringify(words) }).catch(
    () => undefined,
  )
  // Another program may have got the port of a hub that was killed.
  if (!answer?.ok) return undefined
  const { lines, refused } = Answer.parse(await answer.json())
  if (refused !== undefined) throw new StartError(refused)
  return lines
}
