/** REST, version 1 (DESIGN 9). Mounted by functions/api.ts and packages/local; tests ask it directly. */
import { toProblem, VisibleError } from '@throughline/core/error.ts'
import type { CallingHub } from '@throughline/core/hub.ts'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { callerOf, nobody } from './auth.ts'
import { MAX_JSON, tooLarge } from './body.ts'
import { routes } from './routes.ts'

export function createApi(hub: CallingHub): Hono {
  const app = new Hono()
  for (const route of routes) {
    const limit = limitTo(route.upload ?? MAX_JSON)
    app.on(route.method.toUpperCase(), route.path, async (context) => {
      // Who asks comes before what they send: strangers make us read nothing.
      const caller = route.open ? nobody : await callerOf(hub, context.req.header('authorization'))
      await limit(context, async () => undefined)
      context.header('cache-control', 'no-store')
      return route.handle(context, hub, caller)
    })
  }
  const nowhere = () => problem(new VisibleError(404, 'not_found', 'There is nothing at this address.'))
  // Of its own, for an app that mounts this one answers what is found nowhere in its own way.
  app.all('/v1/*', nowhere)
  app.notFound(nowhere)
  app.onError((error, context) => {
    if (!(error instanceof VisibleError))
      hub.logger.error('api.failed', { method: context.req.method, path: context.req.path, error })
    return problem(error)
  })
  return app
}

const limitTo = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw tooLarge(maxSize)
    },
  })

function problem(error: unknown): Response {
  const body = toProblem(error)
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  if (body.status === 401) headers.set('www-authenticate', 'Bearer')
  return new Response(JSON.stringify(body), { status: body.status, headers })
}
