/** REST and the pages, in one function: both are called rarely and share the calls' half. */
import { createApi } from '@throughline/api/app.ts'
import { createConsole } from '@throughline/console/app.ts'
import { nowhere } from '@throughline/console/problem.tsx'
import type { CallingHub } from '@throughline/core/hub.ts'
import { Hono } from 'hono'
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda'
import { callingHub } from './runtime-calls.ts'

const build = (hub: CallingHub) => {
  const pages = createConsole(hub, { secureCookies: hub.publicUrl.startsWith('https:') })
  return handle(new Hono().route('/', pages).route('/', createApi(hub)).notFound(nowhere(hub)))
}

let made: { of: CallingHub; app: ReturnType<typeof build> } | undefined

export function handler(event: LambdaEvent, context: LambdaContext) {
  const hub = callingHub()
  if (made?.of !== hub) made = { of: hub, app: build(hub) }
  return made.app(event, context)
}
