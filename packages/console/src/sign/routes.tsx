/** Coming in by a one-time link, and going out. */
import { endSession, readSession, redeem, SESSION_SECONDS } from '@throughline/core/agent/session.ts'
import type { Hub } from '@throughline/core/hub.ts'
import { Hono } from 'hono'
import { type ConsoleOptions, dropSession, startSession } from '../guard.ts'
import { whole } from '../layout.tsx'
import { HowToGetIn, Notice } from '../notice.tsx'
import { pageOf } from '../page.ts'

export function signing(hub: Hub, options: ConsoleOptions): Hono {
  const app = new Hono()
  const page = () => pageOf(hub, { embed: false })

  // A button and not the GET itself: link previews and mail scanners fetch every address they see.
  app.get('/admin/:token', (c) => {
    const { t } = page()
    return c.html(
      whole(
        <Notice page={page()} title={t.sign.title} words={t.sign.ready}>
          <form method="post">
            <button class="main" type="submit">
              {t.sign.button}
            </button>
          </form>
        </Notice>,
      ),
    )
  })

  app.post('/admin/:token', async (c) => {
    const token = await redeem(hub, c.req.param('token'))
    if (token) {
      startSession(c, token, SESSION_SECONDS, options)
      const session = await readSession(hub, token)
      return c.redirect(session?.role === 'admin' ? '/setup' : '/inbox', 303)
    }
    const { t } = page()
    return c.html(
      whole(
        <Notice page={page()} title={t.sign.usedTitle} words={t.sign.used}>
          <HowToGetIn page={page()} />
        </Notice>,
      ),
      410,
    )
  })

  app.post('/signout', async (c) => {
    const token = dropSession(c, options)
    if (token) await endSession(hub, token)
    const { t } = page()
    return c.html(
      whole(
        <Notice page={page()} title={t.sign.signedOutTitle} words={t.sign.signedOut}>
          <HowToGetIn page={page()} />
        </Notice>,
      ),
    )
  })
  return app
}
