/** The parts of the inbox that are exchanged while one looks. What one types in is in none of them. */
import { raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import type { HtmlEscapedString } from 'hono/utils/html'
import { type Drawn, draw } from '../live.tsx'

export const PIECE = { list: 'list', head: 'head', stream: 'stream', side: 'side', where: 'where', via: 'via-box' } as const
export type PieceName = keyof typeof PIECE
const NAMES = Object.keys(PIECE).filter((name): name is PieceName => name in PIECE)

export type Pieces = Partial<Record<PieceName, Drawn>>

export function drawAll(views: Partial<Record<PieceName, Child>>): Pieces {
  const drawn: Pieces = {}
  for (const name of NAMES) if (views[name] !== undefined) drawn[name] = draw(views[name])
  return drawn
}

/** What a page shows, in one word: sent with each poll, so that only what differs comes back. */
export const seenOf = (pieces: Pieces): string => NAMES.map((name) => pieces[name]?.seen ?? '').join('.')

export const Seen = ({ pieces, oob = false }: { pieces: Pieces; oob?: boolean }) => (
  <input type="hidden" id="seen" name="seen" value={seenOf(pieces)} autocomplete="off" hx-swap-oob={oob ? 'true' : undefined} />
)

export const inside = (pieces: Pieces, name: PieceName) => raw(pieces[name]?.text ?? '')

/** Undefined: the page shows all of it already. */
export function changed(pieces: Pieces, seen: string | undefined): HtmlEscapedString | Promise<HtmlEscapedString> | undefined {
  if (seen === seenOf(pieces)) return undefined
  const known = (seen ?? '').split('.')
  const fresh = NAMES.filter((name, index) => pieces[name] && pieces[name].seen !== known[index])
  return (
    <>
      <Seen pieces={pieces} oob />
      {fresh.map((name) => (
        <div id={PIECE[name]} hx-swap-oob="inside">
          {inside(pieces, name)}
        </div>
      ))}
    </>
  )
}
