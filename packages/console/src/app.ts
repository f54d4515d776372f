/** The console: what people see. Mounted at / beside the API, which owns /v1, /hooks, /media and /healthz. */
import { VisibleError } from '@throughline/core/error.ts'
import type { CallingHub } from '@throughline/core/hub.ts'
import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { assets } from './assets.ts'
import { admins, type ConsoleOptions, type Env, headers, sameOrigin, signedIn } from './guard.ts'
import { inbox } from './inbox/routes.tsx'
import { pageOf } from './page.ts'
import { onError } from './problem.tsx'
import { setup } from './setup/routes.tsx'
import { signing } from './sign/routes.tsx'

/** A file to be sent, with its form. */
const BODY_LIMIT = 10 * 1024 * 1024

/** Named one by one, for a `*` here would hold the API's requests to rules made for browsers. */
const OPEN = ['/', '/admin/:token', '/signout']
const INSIDE = ['/inbox', '/inbox/*', '/setup', '/setup/*']

/** No id of ours is so long, and the table takes no longer keys. */
const MOST_ID = 200
const short =
  (hub: CallingHub): MiddlewareHandler =>
  (c, next) => {
    if (c.req.path.split('/').every((part) => part.length <= MOST_ID)) return next()
    throw new VisibleError(404, 'not_found', pageOf(hub, { embed: false }).t.problem.missing)
  }

const limited = bodyLimit({
  maxSize: BODY_LIMIT,
  onError: () => {
    throw new VisibleError(413, 'too_large', `Files up to ${BODY_LIMIT / 1024 / 1024} MB can be sent from here.`)
  },
})

export function createConsole(hub: CallingHub, options: ConsoleOptions): Hono {
  const app = new Hono<Env>()
  app.onError(onError(hub))
  for (const path of [...OPEN, ...INSIDE]) app.use(path, headers, sameOrigin(hub, options), limited)
  for (const path of INSIDE) app.use(path, signedIn(hub, options), short(hub))
  for (const path of ['/setup', '/setup/*']) app.use(path, admins(hub))
  app.get('/', (c) => c.redirect('/inbox'))
  app.route('/', signing(hub, options))
  app.route('/', setup(hub))
  app.route('/', inbox(hub))
  const outer = new Hono()
  outer.route('/', assets())
  outer.route('/', app)
  return outer
}
