/** `npm start` as a process of its own, that can be killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { until } from './place.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))

export type Child = { process: ChildProcess; out: () => string; err: () => string; exited: Promise<number | null>; base: string }

export function spawnStart(env: Record<string, string>): Child {
  const child = spawn(process.execPath, ['--import', 'tsx', 'packages/local/src/start.ts'], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, PORT: '0', SMTP_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk
  })
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk
  })
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)))
  return { process: child, out: () => out, err: () => err, exited, base: '' }
}

export async function startHub(env: Record<string, string>): Promise<Child> {
  const child = spawnStart(env)
  const base = await until(() => {
    if (child.process.exitCode !== null) throw new Error(`the hub did not start: ${child.err()}`)
    return /(http:\/\/localhost:\d+)\/sandbox/.exec(child.out())?.[1]
  })
  return { ...child, base }
}
