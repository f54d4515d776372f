/** What failed to the end or could not be understood: words, when, where, what was kept of it, and a new start where there can be one. */
import { mediaUrl } from '@throughline/core/blobs/link.ts'
import { readConnection } from '@throughline/core/connection/read.ts'
import { type Dead, listDead, redrive } from '@throughline/core/flow/dead.ts'
import type { Hub } from '@throughline/core/hub.ts'
import { Hono } from 'hono'
import type { Env } from '../guard.ts'
import { Layout, whole } from '../layout.tsx'
import { href, type Page } from '../page.ts'
import { full, relative } from '../times.ts'

const PAGE = 100
const LINK_SECONDS = 24 * 3600

type Shown = Dead & { name?: string | undefined; url?: string | undefined }

/** The link from the overview; nothing where all is well. */
export async function Trouble({ hub, page }: { hub: Hub; page: Page }) {
  const { dead, next } = await listDead(hub, page.viewer?.workspace ?? '', { limit: PAGE })
  if (dead.length === 0) return null
  return (
    <p class="alert">
      <a href={href(page, '/setup/dead')}>{page.t.setup.dead.look(dead.length, next !== undefined)}</a>
    </p>
  )
}

export function deadLetters(hub: Hub): Hono<Env> {
  const app = new Hono<Env>()
  app.get('/setup/dead', async (c) => {
    const { workspace } = c.get('session')
    const after = c.req.query('after')
    const { dead, next } = await listDead(hub, workspace, { limit: PAGE, ...(after && { after: after.slice(0, 200) }) })
    const shown = await Promise.all(dead.map((one) => withLinks(hub, workspace, one)))
    return c.html(whole(<DeadPage page={c.get('page')} dead={shown} next={next} />))
  })
  app.post('/setup/dead/:id/redrive', async (c) => {
    await redrive(hub, c.get('session').workspace, c.req.param('id'))
    return c.redirect(href(c.get('page'), '/setup/dead'), 303)
  })
  return app
}

const withLinks = async (hub: Hub, workspace: string, one: Dead): Promise<Shown> => ({
  ...one,
  name: one.connection && (await readConnection(hub, workspace, one.connection))?.name,
  url: one.blob && mediaUrl(hub, one.blob, LINK_SECONDS),
})

function DeadPage({ page, dead, next }: { page: Page; dead: Shown[]; next: string | undefined }) {
  const words = page.t.setup.dead
  return (
    <Layout page={page} title={words.title} here="setup">
      <main class="page narrow" id="content">
        <h1>{words.title}</h1>
        <p class="lead">{dead.length > 0 ? words.lead : words.none}</p>
        <ul class="cards">
          {dead.map((one) => (
            <Letter page={page} one={one} />
          ))}
        </ul>
        <div class="row">
          <a class="button quiet" href={href(page, '/setup')}>
            {words.back}
          </a>
          {next && <a href={href(page, '/setup/dead', { after: next })}>{words.more}</a>}
        </div>
      </main>
    </Layout>
  )
}

function Letter({ page, one }: { page: Page; one: Shown }) {
  const words = page.t.setup.dead
  return (
    <li class="card">
      <p>{one.words}</p>
      <p class="sub">
        <time datetime={one.at} title={full(page, one.at)}>
          {relative(page, one.at)}
        </time>
        {one.connection && one.name && (
          <>
            {' · '}
            <a href={href(page, `/setup/c/${one.connection}`)}>{one.name}</a>
          </>
        )}
      </p>
      <div class="row">
        {one.url && <a href={one.url}>{words.download}</a>}
        {one.poke && (
          <form method="post" action={href(page, `/setup/dead/${encodeURIComponent(one.id)}/redrive`)}>
            <button class="small" type="submit">
              {words.again}
            </button>
          </form>
        )}
      </div>
    </li>
  )
}
