/** Puts the engines, the hub and its doors together, and takes them apart again. */
import { createApi } from '@throughline/api/app.ts'
import { adminLink, runCommand } from '@throughline/api/commands.ts'
import { createConsole } from '@throughline/console/app.ts'
import { startSession } from '@throughline/console/guard.ts'
import { nowhere } from '@throughline/console/problem.tsx'
import { createApiKey } from '@throughline/core/agent/apiKey.ts'
import { createSession, readSession, SESSION_SECONDS } from '@throughline/core/agent/session.ts'
import { createWorkspace, listWorkspaces, readWorkspace } from '@throughline/core/agent/workspace.ts'
import { reconnect } from '@throughline/core/connection/connect.ts'
import { listConnections } from '@throughline/core/connection/read.ts'
import { hookUrlOf } from '@throughline/core/connection/record.ts'
import { heal } from '@throughline/core/flow/heal.ts'
import type { CallingHub, Logger } from '@throughline/core/hub.ts'
import type { RoutingConfig } from '@throughline/core/routing/config.ts'
import { type Context, Hono } from 'hono'
import { getCookie } from 'hono/cookie'
import { handler as dead } from '../../../functions/dead.ts'
import { handler as deliver } from '../../../functions/deliver.ts'
import { handler as due } from '../../../functions/due.ts'
import { handler as fetchMedia } from '../../../functions/fetch.ts'
import { handler as mirror } from '../../../functions/mirror.ts'
import { handler as route } from '../../../functions/route.ts'
import { useHub } from '../../../functions/runtime.ts'
import { askControl, openControl } from './control.ts'
import { dueRounds, watchDue } from './due-watch.ts'
import { makeHub, publicUrlOf, quietLogger } from './hub.ts'
import { localQueue } from './queue/local.ts'
import { sandboxApp } from './sandbox/app.ts'
import type { Faulty } from './sandbox/faults.ts'
import { type OpenSandbox, openSandbox } from './sandbox/open.ts'
import { seed } from './sandbox/seed.ts'
import { type Bindings, hooks, listen } from './server.ts'
import { type Settings, StartError } from './settings.ts'
import { openSmtpDoor } from './smtp-door.ts'
import { logsOf, openTable } from './table.ts'
import { DEFAULT, TERMINAL } from './terminal.ts'
import { every, pollers } from './timers.ts'

export type Running = {
  hub: CallingHub
  sandbox: OpenSandbox
  port: number
  smtpPort: number
  adminLink: string
  /** Only at the first start, and where nobody chose one. */
  apiKey: string | undefined
  /** Resolves when no poke waits. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export type RunOptions = { settings: Settings; config: RoutingConfig; logger?: Logger; pace?: number }

/** To ourselves without leaving the machine, whatever our public address is; signatures are counted over the public one. */
const near =
  (publicUrl: string, port: number): typeof fetch =>
  (input, init) => {
    const url = String(input instanceof Request ? input.url : input)
    return fetch(url.startsWith(`${publicUrl}/`) ? `http://127.0.0.1:${port}${url.slice(publicUrl.length)}` : input, init)
  }

/** The workspace is made last: a start that was cut off before it begins anew. */
async function firstSteps(hub: CallingHub, settings: Settings): Promise<string | undefined> {
  if (settings.apiKey) await createApiKey(hub, DEFAULT.id, 'HUB_API_KEY', settings.apiKey)
  if (await readWorkspace(hub, DEFAULT.id)) return undefined
  const key = settings.apiKey ? undefined : await createApiKey(hub, DEFAULT.id, 'first')
  await createWorkspace(hub, DEFAULT.name, DEFAULT.id)
  return key
}

/** Providers still know the address of the last start. One that cannot be told shows so on the setup page. */
async function moveHooks(hub: CallingHub): Promise<void> {
  for (const { id: workspace } of await listWorkspaces(hub)) {
    for (const { id, hook, hookUrl, status, kind } of await listConnections(hub, workspace)) {
      if (hookUrl === hookUrlOf(hub, hook) || status === 'deleted' || status === 'connecting') continue
      await reconnect(hub, workspace, id).catch((error: unknown) =>
        hub.logger.warn('connection.not_moved', { workspace, connection: id, kind, error }),
      )
    }
  }
}

/** Whoever sits at this machine is an agent of the sandbox's business. */
const signIn = (hub: CallingHub, secureCookies: boolean) => async (c: Context<Faulty>) => {
  const token = getCookie(c, 'session') ?? getCookie(c, '__Host-session')
  if (token && (await readSession(hub, token))) return
  const fresh = await createSession(hub, DEFAULT.id, { agent: 'sandbox', name: 'You', role: 'agent' })
  startSession(c, fresh, SESSION_SECONDS, { secureCookies })
}

export async function run({ settings, config, logger = quietLogger(), pace }: RunOptions): Promise<Running> {
  const { dir, smtpPort } = settings
  if (await askControl(dir, ['workspace', 'list'])) throw new StartError(`A hub is already running on ${dir}.`)
  const http = await listen(settings.port, settings.host)
  const { port } = http
  const table = await openTable(dir)
  const queue = localQueue({ consumers: () => ({ route, fetch: fetchMedia, deliver, mirror, dead }), logger })
  const made = await makeHub({ settings, table, queue, logger, config, port })
  const { store, isDue } = watchDue(made.store, made.now)
  const hub = { ...made, store }
  useHub(hub)
  const apiKey = await firstSteps(hub, settings)

  const door = await openSmtpDoor(hub, smtpPort).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
      throw new StartError(`Port ${smtpPort} is taken. Set SMTP_PORT to another.`)
    }
    throw error
  })
  const origin = `http://127.0.0.1:${port}/sandbox`
  const publicUrl = publicUrlOf(settings, port)
  const own = near(publicUrl, port)
  const sandbox = await openSandbox({ dir, origin, fetch: own, smtpPort: () => door.port, ...(pace !== undefined && { pace }) })
  const options = { secureCookies: publicUrl.startsWith('https://') }
  let open = true
  http.use(
    new Hono<Bindings>()
      .route(
        '/',
        hooks(() => open),
      )
      .route('/sandbox', sandboxApp(sandbox, signIn(hub, options.secureCookies)))
      .route('/', createApi(hub))
      .route('/', createConsole(hub, options))
      .notFound(nowhere(hub)),
  )

  await seed(hub, DEFAULT.id, sandbox)
  await moveHooks(hub)
  const healAll = async () => {
    for await (const at of logsOf(table.client)) await heal(hub, at)
  }
  await healAll()
  sandbox.outbox.kick()
  const dueTimer = every(1_000, 'due', logger, dueRounds({ now: hub.now, isDue, due, healAll }))
  const polling = pollers(hub)
  const control = await openControl(dir, (words) => runCommand(hub, words, TERMINAL))

  return {
    hub,
    sandbox,
    port,
    smtpPort: door.port,
    adminLink: await adminLink(hub, DEFAULT.id),
    apiKey,
    idle: queue.idle,
    async stop() {
      // First what lets things in, then what works on them, last what they are kept in.
      open = false
      await Promise.all([dueTimer.stop(), polling.stop(), door.close(), control.close()])
      await queue.close()
      await sandbox.close()
      await http.close()
      await table.close()
    },
  }
}
