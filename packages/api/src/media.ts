/** /v1/media takes files in, to be named as `blob` in a reply's parts; /media/:signed gives them to whoever holds the link. */
import { openLink } from '@throughline/core/blobs/link.ts'
import { VisibleError } from '@throughline/core/error.ts'
import * as z from 'zod/mini'
import { MAX_MEDIA, tooLarge } from './body.ts'
import { nothing, route } from './route.ts'
import { name, text } from './schema.ts'

const Stored = name('Media', z.object({ blob: z.string(), name: z.optional(z.string()), mime: z.string(), size: z.number() }))

/** A form around the file takes some bytes as well. */
const FORM_MARGIN = 64 * 1024
const MIME = /^[a-z]+\/[a-z0-9][a-z0-9.+-]*$/
const UNKNOWN = 'application/octet-stream'
/** What a browser may show from our address; the rest is a download, for a page or an SVG of a stranger would run as ours. */
const SHOWN =
  /^(?:image\/(?:png|jpeg|gif|webp|avif|bmp)|video\/(?:mp4|webm|quicktime|3gpp)|audio\/[\w.+-]+|text\/plain(?:; ?charset=utf-8)?|application\/pdf)$/

type Upload = { bytes: Uint8Array; mime: string; name: string | undefined }

const mimeOf = (type: string | null): string => {
  const mime = type?.split(';')[0]?.trim().toLowerCase() ?? ''
  return MIME.test(mime) ? mime : UNKNOWN
}

async function readUpload(request: Request, named: string | undefined): Promise<Upload> {
  const type = request.headers.get('content-type')
  if (!type?.toLowerCase().startsWith('multipart/form-data')) {
    return { bytes: new Uint8Array(await request.arrayBuffer()), mime: mimeOf(type), name: named }
  }
  const form = await request.formData().catch(() => {
    throw new VisibleError(400, 'bad_form', 'The form cannot be read.')
  })
  const file = form.get('file')
  if (!(file instanceof File)) throw new VisibleError(400, 'bad_form', 'The form needs a field "file" with a file.')
  return { bytes: new Uint8Array(await file.arrayBuffer()), mime: mimeOf(file.type), name: named ?? (file.name || undefined) }
}

/** The name as a browser will save it: without paths and control signs. */
const cleanName = (given: string) =>
  given
    .toWellFormed()
    .replace(/[\p{Cc}/\\]/gu, '_')
    .slice(0, 200)

export const media = [
  route({
    method: 'post',
    path: '/v1/media',
    summary: 'Upload a file',
    words: 'As multipart/form-data with a field `file`, or as the bare bytes with their content type and `?name=`.',
    ...nothing,
    query: z.object({ name: z.optional(text(200)) }),
    upload: MAX_MEDIA + FORM_MARGIN,
    answers: { 201: { words: 'To be named in the parts of a reply', schema: Stored }, 413: { words: 'Over 10 MB' } },
    async run({ hub, workspace, query, request }) {
      const upload = await readUpload(request, query.name)
      const { bytes, mime } = upload
      if (bytes.length === 0) throw new VisibleError(400, 'empty_file', 'The file is empty.')
      if (bytes.length > MAX_MEDIA) throw tooLarge(MAX_MEDIA)
      const blob = `${workspace}/upload/${hub.id()}`
      const file = upload.name ? { name: cleanName(upload.name) } : {}
      await hub.blobs.put(blob, { bytes, mime, ...file })
      return { status: 201, body: { blob, ...file, mime, size: bytes.length } }
    },
  }),
  route({
    method: 'get',
    path: '/media/:signed',
    summary: 'Fetch a file by a signed link',
    ...nothing,
    open: true,
    answers: { 200: { words: 'The bytes', mime: '*/*' }, 404: { words: 'Forged, too old, or deleted' } },
    async run({ hub, param }) {
      const link = openLink(hub, param('signed'))
      const found = link && (await hub.blobs.get(link.key))
      if (!found) throw new VisibleError(404, 'unknown_link', 'This link is not valid, or no longer.')
      const shown = SHOWN.test(found.mime)
      const file = encodeURIComponent(cleanName(link.name ?? found.name ?? 'file'))
      return new Response(Buffer.from(found.bytes), {
        headers: {
          'content-type': shown ? found.mime : UNKNOWN,
          'content-disposition': `${shown ? 'inline' : 'attachment'}; filename*=UTF-8''${file}`,
          'x-content-type-options': 'nosniff',
          'content-security-policy': "sandbox; default-src 'none'",
          'cache-control': 'private, max-age=3600',
          'cross-origin-resource-policy': 'cross-origin',
        },
      })
    },
  }),
]
