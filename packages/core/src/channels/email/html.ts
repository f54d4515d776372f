/**
 * HTML of strangers, twice: as text for the stream, and made safe for whoever wants to see it as it was laid out. Safe means: no scripts,
 * styles, forms or frames, no address that a reader's browser would call by itself. Pictures of the mail are put in, others are named.
 */
import { convert, type FormatCallback } from 'html-to-text'
import sanitize from 'sanitize-html'

/** More HTML than this is no letter; time grows with it, and with the square of its depth. */
const MAX_HTML = 512 * 1024
const MAX_DEPTH = 1000
/** Closed by what follows, or never open. */
const FLAT = new Set(
  'area base br col colgroup dd dt embed hr img input li link meta optgroup option p param rp rt source tbody td tfoot th thead tr track wbr'.split(
    ' ',
  ),
)

/** Cut to what a letter may hold. Deeper than any editor nests it is made to break parsers: then its words alone. */
function tame(html: string): string {
  const short = html.slice(0, MAX_HTML)
  const open = new Map<string, number>()
  let depth = 0
  for (const [, slash, given = ''] of short.matchAll(/<(\/?)([a-z][a-z0-9:-]{0,30})/gi)) {
    const name = given.toLowerCase()
    const count = open.get(name) ?? 0
    if (FLAT.has(name) || (slash && count === 0)) continue
    open.set(name, count + (slash ? -1 : 1))
    depth += slash ? -1 : 1
    if (depth > MAX_DEPTH) return short.replace(/<[^<>]*>/g, ' ')
  }
  return short
}

export type Inline = { cid: string; mime: string; bytes: Uint8Array }

const bare = (id: string) => id.trim().replace(/^<|>$/g, '').toLowerCase()

/** Content-Ids without brackets, percent-decoded: mails name them both ways. */
export function cidOf(source: string): string | undefined {
  const [, id] = /^\s*cid:(.+)$/is.exec(source) ?? []
  if (!id) return undefined
  try {
    return bare(decodeURIComponent(id))
  } catch {
    return bare(id)
  }
}
export const contentIdOf = (id: string | undefined): string | undefined => (id ? bare(id) : undefined)

/** Where a picture of the mail stands: `[cid:…]`, which `cidsIn` reads again. */
const showPicture: FormatCallback = (element, _walk, builder) => {
  const cid = cidOf(String(element.attribs?.src ?? ''))
  if (cid) builder.addInline(`[cid:${cid}]`)
}

export const cidsIn = (text: string): Set<string> => new Set([...text.matchAll(/\[cid:([^\]\s]+)\]/g)].map(([, cid = '']) => cid))
export const withoutCids = (text: string): string => text.replace(/[^\S\n]*\[cid:[^\]\s]+\]/g, '')

/** Quotes get their `>`, so that cutting knows them; pictures of the mail stay as marks. */
export const toText = (html: string): string =>
  convert(tame(html), {
    wordwrap: false,
    limits: { maxDepth: 64, maxChildNodes: 5000 },
    formatters: { showPicture },
    selectors: [
      { selector: 'img', format: 'showPicture' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true } },
      { selector: 'table', format: 'block' },
      ...[1, 2, 3, 4, 5, 6].map((level) => ({ selector: `h${level}`, options: { uppercase: false } })),
    ],
  }).trim()

const SHOWN = /^image\/(?:png|jpeg|gif|webp)$/
/** A picture is put into the HTML itself up to this size; all together up to four times as much. */
const MAX_PICTURE = 256 * 1024

export function toSafe(html: string, pictures: readonly Inline[]): string {
  let room = 4 * MAX_PICTURE
  const sourceOf = (cid: string | undefined): string | undefined => {
    const picture = pictures.find((one) => one.cid === cid)
    if (!picture || !SHOWN.test(picture.mime) || picture.bytes.byteLength > Math.min(MAX_PICTURE, room)) return undefined
    room -= picture.bytes.byteLength
    return `data:${picture.mime};base64,${Buffer.from(picture.bytes).toString('base64')}`
  }
  return sanitize(tame(html), {
    allowedTags: [...sanitize.defaults.allowedTags.filter((tag) => tag !== 'main'), 'img', 'center', 'font', 'del', 'ins'],
    allowedAttributes: {
      a: ['href', 'title', 'rel', 'target'],
      img: ['src', 'alt', 'width', 'height'],
      '*': ['align', 'dir', 'lang', 'colspan', 'rowspan'],
    },
    allowedSchemes: ['http', 'https', 'mailto', 'tel'],
    allowedSchemesByTag: { img: ['data'] },
    allowProtocolRelative: false,
    parseStyleAttributes: false,
    nestingLimit: 64,
    transformTags: {
      a: (tagName, { href = '', title }) => ({
        tagName,
        attribs: { href, rel: 'noopener noreferrer nofollow', target: '_blank', ...(title && { title }) },
      }),
      img: (tagName, { src = '', alt = '', width, height }) => {
        const source = sourceOf(cidOf(src))
        if (!source) return { tagName: 'span', attribs: {}, text: alt ? `[${alt}]` : '' }
        return { tagName, attribs: { src: source, alt, ...(width && { width }), ...(height && { height }) } }
      },
    },
  })
}
