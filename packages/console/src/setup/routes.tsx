/** The setup page: connect, watch the first message come and go, check, pause, change, remove. */
import { check, pause, remove, resume } from '@throughline/core/connection/change.ts'
import { type Connecting, connect, patch, reconnect } from '@throughline/core/connection/connect.ts'
import type { Check, Connector } from '@throughline/core/connector.ts'
import { toProblem, VisibleError } from '@throughline/core/error.ts'
import { wake, wakeAfter, wakeBeside } from '@throughline/core/flow/wake.ts'
import type { CallingHub } from '@throughline/core/hub.ts'
import { type Context, Hono } from 'hono'
import type { Env } from '../guard.ts'
import { whole } from '../layout.tsx'
import { answerLive, draw } from '../live.tsx'
import { href } from '../page.ts'
import { statusOf } from '../problem.tsx'
import { ConnectionPage, Steps } from './connection.tsx'
import { deadLetters, Trouble } from './dead.tsx'
import { type Filled, fieldsOf, problemsOf, readFields, valuesOf } from './fields.ts'
import { ConnectPage } from './form.tsx'
import { Connected, OverviewPage } from './overview.tsx'
import { OncePage, RemovePage } from './pages.tsx'
import { connectorOf, connectors, readAll, readOne } from './state.ts'

const VERBS = {
  pause,
  resume,
  reconnect: async (hub: CallingHub, workspace: string, id: string) => (await reconnect(hub, workspace, id)).connection,
}

export function setup(hub: CallingHub): Hono<Env> {
  const app = new Hono<Env>()
  const one = (c: Context<Env>) => readOne(hub, c.get('page'), c.get('session').workspace, c.req.param('id') ?? '')

  app.get('/setup', async (c) => {
    const page = c.get('page')
    const all = await readAll(hub, c.get('session').workspace)
    const connected = draw(<Connected page={page} all={all} />)
    const trouble = await Trouble({ hub, page })
    const overview = { page, trouble, offers: connectors(hub), connected, any: all.length > 0 }
    return c.html(whole(<OverviewPage {...overview} />))
  })

  app.route('/', deadLetters(hub))

  app.get('/setup/live', async (c) => {
    const all = await readAll(hub, c.get('session').workspace)
    return answerLive(c, 'connected', <Connected page={c.get('page')} all={all} />)
  })

  app.get('/setup/connect/:kind', (c) => {
    const page = c.get('page')
    const { connector } = connectorOf(hub, page, c.req.param('kind'))
    const title = page.t.setup.form.title(connector.title)
    return c.html(whole(<ConnectPage page={page} connector={connector} action={c.req.path} title={title} />))
  })

  app.post('/setup/connect/:kind', async (c) => {
    const { connector } = connectorOf(hub, c.get('page'), c.req.param('kind'))
    const title = c.get('page').t.setup.form.title(connector.title)
    return submit(c, { connector, title }, async ({ credentials, settings, values }) => {
      const { workspace } = c.get('session')
      const name = values.name || undefined
      const made = await connect(hub, workspace, { kind: connector.kind, name, credentials, settings })
      await wakeBeside(hub, made.connection)
      return made
    })
  })

  app.get('/setup/c/:id', async (c) => showConnection(c))

  app.get('/setup/c/:id/steps', async (c) => answerLive(c, 'steps', <Steps page={c.get('page')} one={await one(c)} />))

  async function showConnection(c: Context<Env>, checks?: Check[]) {
    const page = c.get('page')
    const found = await one(c)
    const steps = draw(<Steps page={page} one={found} />)
    return c.html(whole(<ConnectionPage page={page} one={found} steps={steps} checks={checks} />))
  }

  app.post('/setup/c/:id/check', async (c) => showConnection(c, await check(hub, c.get('session').workspace, c.req.param('id'))))

  for (const [verb, act] of Object.entries(VERBS)) {
    app.post(`/setup/c/:id/${verb}`, async (c) => {
      const { workspace } = c.get('session')
      const { connection: before } = await one(c)
      await wakeAfter(hub, before, await act(hub, workspace, before.id))
      return c.redirect(href(c.get('page'), `/setup/c/${c.req.param('id')}`), 303)
    })
  }

  app.get('/setup/c/:id/change', async (c) => {
    const page = c.get('page')
    const { connection, connector } = await one(c)
    const known = connector ?? connectorOf(hub, page, connection.kind).connector
    const values = { ...valuesOf(fieldsOf(known), connection), name: connection.name }
    const title = page.t.setup.form.change(connection.name)
    return c.html(whole(<ConnectPage page={page} connector={known} action={c.req.path} title={title} values={values} changing />))
  })

  app.post('/setup/c/:id/change', async (c) => {
    const { connection } = await one(c)
    const { connector } = connectorOf(hub, c.get('page'), connection.kind)
    const title = c.get('page').t.setup.form.change(connection.name)
    return submit(c, { connector, title, changing: true }, async ({ credentials, settings, values }) => {
      const changed = await patch(hub, connection.workspace, connection.id, {
        name: values.name || undefined,
        credentials,
        settings,
      })
      await wakeAfter(hub, connection, changed.connection)
      return changed
    })
  })

  app.get('/setup/c/:id/remove', async (c) => c.html(whole(<RemovePage page={c.get('page')} one={await one(c)} />)))

  app.post('/setup/c/:id/remove', async (c) => {
    const { workspace } = c.get('session')
    const { status } = await remove(hub, workspace, c.req.param('id'))
    if (status !== 'live') await wake(hub, workspace)
    return c.redirect(href(c.get('page'), '/setup'), 303)
  })
  return app
}

type Shown = { connector: Connector; title: string; changing?: boolean }

/** One way for new and changed connections: what is wrong comes back at the form, with all values but the secrets. */
async function submit(c: Context<Env>, shown: Shown, act: (filled: Filled) => Promise<Connecting>) {
  const page = c.get('page')
  const fields = fieldsOf(shown.connector)
  const form = await c.req.formData()
  const filled = readFields(fields, form, page.t, shown.changing)
  const name = form.get('name')
  filled.values.name = typeof name === 'string' ? name.trim() : ''
  const again = { page, ...shown, action: c.req.path, values: filled.values }
  if (Object.keys(filled.problems).length > 0) return c.html(whole(<ConnectPage {...again} problems={filled.problems} />), 422)
  try {
    const { connection, showOnce } = await act(filled)
    // Not by a redirect: the secret would have to be kept in the open until then.
    if (Object.keys(showOnce).length > 0)
      return c.html(whole(<OncePage page={page} connection={connection} secrets={showOnce} />))
    return c.redirect(href(page, `/setup/c/${connection.id}`), 303)
  } catch (error) {
    if (!(error instanceof VisibleError)) throw error
    const problems = problemsOf(fields, error.extra, page.t)
    const refused = Object.keys(problems).length > 0 ? undefined : error.words
    return c.html(whole(<ConnectPage {...again} problems={problems} refused={refused} />), statusOf(toProblem(error)))
  }
}
