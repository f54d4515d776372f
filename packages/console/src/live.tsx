/** A part of a page that asks again by itself. It says what it shows already, so that nothing is sent or redrawn while nothing changes. */
import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'

/** A view drawn once: its text, and a short name of it. */
export type Drawn = { text: string; seen: string }

export function draw(view: Child): Drawn {
  const text = view === null ? '' : String(view)
  return { text, seen: createHash('sha256').update(text).digest('base64url').slice(0, 12) }
}

type Props = { id: string; url: string; seconds: number; drawn: Drawn }

/** The number it has seen lies in a field inside, so that the element that polls is never exchanged. */
export const Live = ({ id, url, seconds, drawn }: Props) => (
  <div id={id} hx-get={url} hx-trigger={`every ${seconds}s`} hx-include={`#${id}-seen`} hx-swap="inside">
    <LiveInside id={id} drawn={drawn} />
  </div>
)

const LiveInside = ({ id, drawn }: Pick<Props, 'id' | 'drawn'>) => (
  <>
    <input type="hidden" id={`${id}-seen`} name="seen" value={drawn.seen} autocomplete="off" />
    {raw(drawn.text)}
  </>
)

/** The answer to such a poll. */
export function answerLive(c: Context, id: string, view: Child) {
  const drawn = draw(view)
  return c.req.query('seen') === drawn.seen ? c.body(null, 204) : c.html(<LiveInside id={id} drawn={drawn} />)
}
