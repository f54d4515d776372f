import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import * as z from 'zod/mini'

const Answer = z.object({ result: z.optional(z.unknown()), error: z.optional(z.string()) })

export type Lambda = { invoke(event: unknown): Promise<unknown>; log(): string; stop(): void }

/** Runs a bundle in a process of its own, one event at a time. */
export async function startLambda(file: string, env: Record<string, string>): Promise<Lambda> {
  const script = fileURLToPath(new URL('lambda.mjs', import.meta.url))
  const child = fork(script, [file], { env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let log = ''
  child.stdout?.on('data', (chunk) => {
    log += chunk
  })
  child.stderr?.on('data', (chunk) => {
    log += chunk
  })
  const answer = async () => {
    const [message] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => [{ error: `The function's process ended with ${code}\n${log}` }]),
    ])
    const { result, error } = Answer.parse(message)
    if (error !== undefined) throw new Error(error)
    return result
  }
  await answer()
  return {
    invoke(event) {
      const answered = answer()
      child.send(JSON.parse(JSON.stringify(event)))
      return answered
    },
    log: () => log,
    stop: () => child.kill(),
  }
}
