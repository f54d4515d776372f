import { type Page, titleOf } from './page.ts'

/** The small sign of a channel or tool. Its colour comes from its place in the lists (style.ts), so that no kind is named here. */
export function Mark({ page, kind, small = false }: { page: Page; kind: string; small?: boolean }) {
  const place = page.kinds.findIndex((known) => known.kind === kind)
  const title = titleOf(page, kind)
  const letters = title.replaceAll(/[^\p{L}\p{N}]/gu, '').slice(0, 2)
  return (
    <span
      class={`mark hue-${place < 0 ? 'none' : place % 12}${small ? ' small' : ''}`}
      role="img"
      aria-label={title}
      title={title}
    >
      {letters}
    </span>
  )
}
