/** What every view needs to know of the request it is drawn for. */
import type { Role } from '@throughline/core/agent/session.ts'
import type { Hub } from '@throughline/core/hub.ts'
import { type Words, wordsOf } from './words/words.ts'

export type Viewer = { workspace: string; agent: { id: string; name: string }; role: Role }

export type Page = {
  t: Words
  /** Milliseconds since 1970, by the hub's clock. */
  now: number
  zone: string
  /** Channel and tool kinds in the order of their lists: gives each its mark. */
  kinds: readonly { kind: string; title: string }[]
  /** Others can call this hub. */
  reachable: boolean
  /** Shown inside another page's frame: no header. */
  embed: boolean
  viewer?: Viewer
}

export function pageOf(hub: Hub, request: { embed: boolean; viewer?: Viewer }): Page {
  const kinds = [...Object.values(hub.channels), ...Object.values(hub.tools)].map(({ kind, title }) => ({ kind, title }))
  const { language, timezone } = hub.config
  return {
    t: wordsOf(language),
    now: hub.now(),
    zone: timezone,
    kinds,
    reachable: hub.publicUrl.startsWith('https:'),
    ...request,
  }
}

/** Keeps `embed` on the way from link to link, for a frame has no other memory. */
export function href(page: Page, path: string, query: Record<string, string | undefined> = {}): string {
  const [bare = path, anchor] = path.split('#')
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] => (value ? [[name, value]] : []))
  const search = new URLSearchParams(given)
  if (page.embed) search.set('embed', '1')
  return `${bare}${search.size > 0 ? `?${search}` : ''}${anchor ? `#${anchor}` : ''}`
}

export const titleOf = (page: Page, kind: string): string => page.kinds.find((known) => known.kind === kind)?.title ?? kind
