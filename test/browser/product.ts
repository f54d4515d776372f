/** The real product as a process of its own: `npm start` on ports and a data folder that nobody else uses. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Product = {
  /** http://localhost:PORT */
  base: string
  port: number
  adminLink: string
  apiKey: string
  smtpPort: number
  dir: string
  /** What it logged as an error so far. */
  errors(): string[]
  /** Resolves with the exit code; the data are gone. */
  stop(): Promise<number | null>
}

const ROOT = join(import.meta.dirname, '../..')
/** Beyond this a start has failed. */
const PATIENCE = 120_000

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('No port was given')
  return address.port
}

/** The tester's own settings must not leak in. */
const clean = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HUB_|SMTP_|PORT$|NODE_OPTIONS$)|_API_ROOT$/.test(name)))

/** What the start prints for a person. */
function told(text: string): Omit<Product, 'dir' | 'errors' | 'stop'> | undefined {
  const found = {
    base: /(http:\/\/localhost:\d+)\/sandbox/.exec(text)?.[1],
    port: /http:\/\/localhost:(\d+)\/sandbox/.exec(text)?.[1],
    adminLink: /(http:\/\/localhost:\d+\/admin\/\S+)/.exec(text)?.[1],
    apiKey: /(tl_\S+)/.exec(text)?.[1],
    smtpPort: /by SMTP +127\.0\.0\.1:(\d+)/.exec(text)?.[1],
  }
  const { base, port, adminLink, apiKey, smtpPort } = found
  if (!base || !port || !adminLink || !apiKey || !smtpPort || !text.includes('Ctrl-C')) return undefined
  return { base, port: Number(port), adminLink, apiKey, smtpPort: Number(smtpPort) }
}

async function greeting(child: ChildProcess, said: { out: string; err: string }) {
  const late = AbortSignal.timeout(PATIENCE)
  for (;;) {
    const start = told(said.out)
    if (start) return start
    if (child.exitCode !== null || late.aborted) throw new Error(`The product did not start.\n${said.out}${said.err}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const isError = (line: string) => line.includes('"level":"error"') || /^\s+at |^\w*Error\b/.test(line)

export async function startProduct(env: Record<string, string> = {}): Promise<Product> {
  const dir = await mkdtemp(join(tmpdir(), 'throughline-'))
  const child = spawn(process.execPath, ['--import', 'tsx', 'packages/local/src/start.ts'], {
    cwd: ROOT,
    env: { ...clean(), PORT: '0', SMTP_PORT: '0', HUB_DATA: dir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)

  async function stop(): Promise<number | null> {
    if (child.exitCode === null) {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    }
    process.off('exit', kill)
    await rm(dir, { recursive: true, force: true })
    return child.exitCode
  }

  try {
    const start = await greeting(child, said)
    return { ...start, dir, errors: () => said.err.split('\n').filter(isError), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
