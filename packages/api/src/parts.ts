/** What a program may send, and how entries are shown: files are named by our own blobs only, and shown with a link to fetch them. */
import { mediaUrl } from '@throughline/core/blobs/link.ts'
import type { Entry } from '@throughline/core/entry.ts'
import { VisibleError } from '@throughline/core/error.ts'
import type { Hub } from '@throughline/core/hub.ts'
import { ButtonsPart, ContactPart, isMedia, LocationPart, Mark, type Part, TemplatePart } from '@throughline/core/message.ts'
import * as z from 'zod/mini'
import { name, text } from './schema.ts'

export const MAX_TEXT = 100_000
const MAX_CAPTION = 4_000

/** No `ref`: a channel's own way to a file is not for strangers to name. */
const file = { media: z.object({ blob: z.string(), name: z.optional(text(200)) }), caption: z.optional(text(MAX_CAPTION)) }

export const SendPart = name(
  'SendPart',
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('text'), text: text(MAX_TEXT), marks: z.optional(z.array(Mark)) }),
    z.object({ type: z.literal('image'), ...file }),
    z.object({ type: z.literal('video'), ...file }),
    z.object({ type: z.literal('audio'), ...file }),
    z.object({ type: z.literal('file'), ...file }),
    LocationPart,
    ContactPart,
    ButtonsPart,
    TemplatePart,
  ]),
)
export type SendPart = z.infer<typeof SendPart>

/** Kind and size come from the file itself, for the choice of the channel depends on them. */
export async function toPart(hub: Hub, workspace: string, part: SendPart): Promise<Part> {
  if (!('media' in part)) return part
  const { blob, name: called } = part.media
  const found = blob.startsWith(`${workspace}/`) ? await hub.blobs.get(blob) : undefined
  if (!found) throw new VisibleError(404, 'unknown_media', 'There is no such file. Upload it first (POST /v1/media).')
  const named = called ?? found.name
  return { ...part, media: { blob, mime: found.mime, size: found.bytes.length, ...(named && { name: named }) } }
}

/** How long a link in an answer works. */
const LINK_SECONDS = 24 * 3600

const url = (hub: Hub, blob: string, called?: string) => mediaUrl(hub, blob, LINK_SECONDS, called)

function shownPart(hub: Hub, part: Part): Part & { url?: string } {
  if (part.type === 'text') return part.blob ? { ...part, url: url(hub, part.blob) } : part
  return isMedia(part) && part.media.blob ? { ...part, url: url(hub, part.media.blob, part.media.name) } : part
}

/** The entry as it stands in the stream; parts with a file of ours bear a `url` as well. */
export function shownEntry(hub: Hub, entry: Entry): object {
  if (entry.kind === 'media' && entry.data.blob) return { ...entry, data: { ...entry.data, url: url(hub, entry.data.blob) } }
  if (entry.kind !== 'message' && entry.kind !== 'edit') return entry
  return { ...entry, parts: entry.parts.map((part) => shownPart(hub, part)) }
}
