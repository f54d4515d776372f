/** Whatever was thrown, as a page for people; a program that asks for JSON gets the problem itself. */
import { type Problem, toProblem, VisibleError } from '@throughline/core/error.ts'
import type { Hub } from '@throughline/core/hub.ts'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { headers } from './guard.ts'
import { whole } from './layout.tsx'
import { HowToGetIn, Notice, Notices } from './notice.tsx'
import { type Page, pageOf } from './page.ts'

const codes: Record<number, ContentfulStatusCode> = {
  400: 400,
  401: 401,
  403: 403,
  404: 404,
  409: 409,
  410: 410,
  413: 413,
  422: 422,
  502: 502,
}
export const statusOf = (problem: { status: number }): ContentfulStatusCode => codes[problem.status] ?? 500

export const onError = (hub: Hub) => (error: unknown, c: Context) => {
  const problem = toProblem(error)
  if (problem.status >= 500) hub.logger.error('console.failed', { path: c.req.routePath, error })
  const status = statusOf(problem)
  if (c.req.header('accept')?.includes('json')) {
    return c.body(JSON.stringify(problem), status, { 'content-type': 'application/problem+json' })
  }
  if (c.req.header('hx-request')) {
    // A poll of a page whose session ended: the page itself has to say so.
    if (status === 401) c.header('hx-refresh', 'true')
    c.header('hx-reswap', 'none')
    return c.html(<Notices words={c.req.method === 'POST' ? problem.detail : undefined} />, status)
  }
  const page = pageOf(hub, { embed: c.req.query('embed') === '1' })
  return c.html(whole(<ProblemPage page={page} problem={problem} />), status)
}

/** What is found nowhere: a page for a browser, a problem for everything else. */
export const nowhere = (hub: Hub) => async (c: Context) => {
  const page = pageOf(hub, { embed: false })
  const problem = toProblem(new VisibleError(404, 'not_found', page.t.problem.missing))
  await headers(c, async () => undefined)
  if (c.req.header('accept')?.includes('text/html')) return c.html(whole(<ProblemPage page={page} problem={problem} />), 404)
  return c.body(JSON.stringify(problem), 404, { 'content-type': 'application/problem+json' })
}

function ProblemPage({ page, problem }: { page: Page; problem: Problem }) {
  const { t } = page
  const out = problem.code === 'not_signed_in'
  return (
    <Notice page={page} title={out ? t.sign.outTitle : t.problem.title} words={problem.detail}>
      {out && <HowToGetIn page={page} />}
      {!out && (
        <p>
          <a href="/">{t.problem.back}</a> <small class="code">{problem.code}</small>
        </p>
      )}
    </Notice>
  )
}
