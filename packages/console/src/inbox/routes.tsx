/** The inbox: list, stream, reply box; and everything an agent may do to a customer. */
import type { Author } from '@throughline/core/entry.ts'
import { VisibleError } from '@throughline/core/error.ts'
import { change, mergeCustomers } from '@throughline/core/flow/change.ts'
import type { CallingHub } from '@throughline/core/hub.ts'
import { type Context, Hono } from 'hono'
import type { Env } from '../guard.ts'
import { whole } from '../layout.tsx'
import { Notices } from '../notice.tsx'
import { href } from '../page.ts'
import { statusOf } from '../problem.tsx'
import { filterOf, queryOf } from './list.tsx'
import { InboxPage, piecesOf } from './page.tsx'
import { changed } from './pieces.tsx'
import { type Asked, look, others } from './read.ts'
import { SendKey } from './reply.tsx'
import { send } from './send.ts'
import { Others } from './side.tsx'

const asked = (c: Context<Env>, customer = c.req.param('id')): Asked => ({
  filter: filterOf(c.req.query('show'), c.req.query('q')),
  customer,
  via: c.req.query('via'),
  all: c.req.query('all') === '1',
})

const authorOf = (c: Context<Env>): Author => {
  const { agent, name } = c.get('session')
  return { kind: 'agent', id: agent, name, tool: 'inbox' }
}

const text = (form: FormData, name: string) => {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}

export function inbox(hub: CallingHub): Hono<Env> {
  const app = new Hono<Env>()

  async function show(c: Context<Env>, again: { customer?: string; text?: string; problem?: VisibleError } = {}) {
    const page = c.get('page')
    const wanted = asked(c, again.customer)
    const seen = await look(hub, c.get('session'), wanted)
    const given = { look: seen, pieces: piecesOf(hub, page, seen), sendKey: hub.id() }
    const view = <InboxPage page={page} {...given} text={again.text} problem={again.problem?.words} />
    return c.html(whole(view), again.problem ? statusOf(again.problem) : 200)
  }

  /** The parts that differ from what the page shows. */
  async function refresh(c: Context<Env>, customer: string, form: FormData) {
    const seen = await look(hub, c.get('session'), { ...asked(c, customer), via: text(form, 'via') || undefined })
    return changed(piecesOf(hub, c.get('page'), seen), text(form, 'seen'))
  }

  app.get('/inbox', (c) => show(c))

  app.get('/inbox/live', async (c) => {
    const page = c.get('page')
    const seen = await look(hub, c.get('session'), asked(c, c.req.query('c')))
    const [first] = seen.customers
    if (first && c.req.query('first')) {
      return c.body(null, 204, { 'hx-redirect': href(page, `/inbox/${first.id}`, queryOf(seen.filter)) })
    }
    const parts = changed(piecesOf(hub, page, seen), c.req.query('seen'))
    return parts ? c.html(parts) : c.body(null, 204)
  })

  app.get('/inbox/:id', (c) => show(c, { customer: c.req.param('id') }))

  app.get('/inbox/:id/others', async (c) =>
    c.html(<Others page={c.get('page')} others={await others(hub, c.get('session'), c.req.param('id'))} />),
  )

  type Act = (c: Context<Env>, id: string, form: FormData) => Promise<unknown>

  /** A change, then the page again: whole after a plain form, only what differs for the script. */
  function post(verb: string, act: Act, sent = false) {
    app.post(`/inbox/:id/${verb}`, async (c) => {
      const id = c.req.param('id')
      const form = await c.req.formData()
      const script = c.req.header('hx-request') !== undefined
      try {
        await act(c, id, form)
      } catch (error) {
        if (!(error instanceof VisibleError)) throw error
        if (!script) return show(c, { customer: id, text: text(form, 'text'), problem: error })
        return c.html(<Notices words={error.words} />, statusOf(error))
      }
      if (!script) return c.redirect(href(c.get('page'), `/inbox/${id}`, queryOf(asked(c).filter)), 303)
      // The choice of a way was for this one reply: the next goes where they are then.
      if (sent) form.delete('via')
      const parts = await refresh(c, id, form)
      return c.html(
        <>
          <Notices />
          {sent && <SendKey value={hub.id()} oob />}
          {parts}
        </>,
      )
    })
  }

  const set = (c: Context<Env>, id: string, data: Extract<Parameters<typeof change>[3], { kind: 'set' }>['data']) =>
    change(hub, c.get('session').workspace, id, { kind: 'set', author: authorOf(c), data })

  post(
    'reply',
    (c, id, form) => send(hub, c.get('page'), { workspace: c.get('session').workspace, customer: id, author: authorOf(c), form }),
    true,
  )
  post('name', (c, id, form) => set(c, id, { name: text(form, 'name') }))
  post('status', (c, id, form) => set(c, id, { status: text(form, 'status') === 'closed' ? 'closed' : 'open' }))
  post('assign', (c, id, form) => set(c, id, { assignee: text(form, 'to') === 'me' ? c.get('session').agent : null }))
  post('tag', (c, id, form) => {
    const [add, remove] = [text(form, 'add'), text(form, 'remove')]
    return set(c, id, { tags: { ...(add && { add: [add] }), ...(remove && { remove: [remove] }) } })
  })

  app.post('/inbox/:id/merge', async (c) => {
    const form = await c.req.formData()
    const { workspace } = c.get('session')
    try {
      const { id } = await mergeCustomers(hub, workspace, c.req.param('id'), text(form, 'with'), authorOf(c))
      return c.redirect(href(c.get('page'), `/inbox/${id}`, queryOf(asked(c).filter)), 303)
    } catch (error) {
      if (error instanceof VisibleError) return show(c, { customer: c.req.param('id'), problem: error })
      throw error
    }
  })
  return app
}
