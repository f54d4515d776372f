/** The smoke test: a hub of its own in an empty folder, every channel that the environment names, one message in and one out. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWorkspace } from '@throughline/core/agent/workspace.ts'
import type { Connection } from '@throughline/core/connector.ts'
import { parseConfig } from '@throughline/core/routing/config.ts'
import { type Running, run } from '../run.ts'
import { readSettings, type Settings } from '../settings.ts'
import { ACCOUNTS, type Account, type Environment, missing, orderOf } from './accounts.ts'
import { tryChannel } from './trial.ts'

/** All went; something did not; nothing to try. */
export const EXIT = { well: 0, badly: 1, nothing: 2 } as const

const SECONDS = 180

const WANTED = `Nothing to try: no account is named in the environment. One channel each:
${ACCOUNTS.map(({ kind, variables }) => `  ${kind.padEnd(10)}${variables.join(' ')}`).join('\n')}
All but telegram and email need HUB_PUBLIC_URL as well, an https address that leads to PORT (8787) of this machine. Use a bot and numbers of their
own: their webhooks are set anew, and taken away at the end. SMOKE_SECONDS (${SECONDS}) is how long you may take to write.`

export async function smoke(env: Environment, print: (line: string) => void, signal: AbortSignal): Promise<number> {
  const named = ACCOUNTS.filter((account) => missing(account, env).length === 0)
  for (const account of ACCOUNTS.filter((one) => !named.includes(one))) {
    const lacking = missing(account, env)
    if (lacking.length < account.variables.length) print(`${account.kind}: left out, ${lacking.join(' and ')} is not set.`)
  }
  if (named.length === 0) {
    print(WANTED)
    return EXIT.nothing
  }
  const dir = await mkdtemp(join(tmpdir(), 'throughline-smoke-'))
  const settings = readSettings({ ...env, HUB_DATA: dir, HUB_API_KEY: undefined })
  let running: Running | undefined
  try {
    running = await run({ settings, config: parseConfig({}) })
    return await tryAll(running, settings, named, env, print, signal)
  } finally {
    await running?.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

async function tryAll(
  { hub, smtpPort }: Running,
  settings: Settings,
  accounts: readonly Account[],
  env: Environment,
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<number> {
  const { id: workspace } = await createWorkspace(hub, 'Smoke test')
  const seconds = Number(env.SMOKE_SECONDS) || SECONDS
  const tried = accounts.map(async (account): Promise<boolean> => {
    const { kind, by } = account
    const say = (words: string) => print(`${kind}: ${words}`)
    const called = settings.publicUrl ?? settings.apiRoots[kind] ?? hub.channelCalls[kind]?.poll
    if (by === 'webhook' && !called) {
      say('its provider has to reach this machine: set HUB_PUBLIC_URL.')
      return false
    }
    const where = by === 'smtp' ? ` Its mail has to reach port ${smtpPort} of this machine.` : ''
    const how = ({ address }: Connection) => `write something to ${address} now; you have ${seconds} seconds.${where}`
    return tryChannel({ hub, workspace, seconds, signal, say }, orderOf(account, env), how)
  })
  const results = await Promise.all(tried)
  const told = (well: boolean) => accounts.filter((_, index) => results[index] === well).map(({ kind }) => kind)
  if (told(true).length > 0) print(`One message in and one out: ${told(true).join(', ')}.`)
  if (told(false).length > 0) print(`Not: ${told(false).join(', ')}.`)
  return told(false).length > 0 ? EXIT.badly : EXIT.well
}
