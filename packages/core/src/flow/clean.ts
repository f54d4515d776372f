/** What strangers send is made storable: well-formed text without NULs, long texts in blobs. */
import { createHash } from 'node:crypto'
import type { Hub } from '../hub.ts'
import { type Part, TEXT_LIMIT } from '../message.ts'

/** Lone surrogates become U+FFFD and NULs go: neither survives every store, queue and provider. Keys of objects as well. */
export function clean<T>(value: T): T
export function clean(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\u0000', '')
  if (Array.isArray(value)) return value.map((one) => clean(one))
  if (value && typeof value === 'object' && !(value instanceof Uint8Array)) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [clean(name), clean(one)]))
  }
  return value
}

const PREVIEW = 2000

/** Of the bytes: a repeat overwrites the same blob with the same content, another body under the same id never touches the first. */
export const contentKey = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 24)

/** Texts over TEXT_LIMIT bytes are put under a key made of the entry's id and their content. */
export async function offload(hub: Hub, workspace: string, entry: string, parts: readonly Part[]): Promise<Part[]> {
  return Promise.all(
    parts.map(async (part, index): Promise<Part> => {
      if (part.type !== 'text' || Buffer.byteLength(part.text) <= TEXT_LIMIT) return part
      const bytes = Buffer.from(part.text)
      const blob = `${workspace}/text/${entry}/${index}-${contentKey(bytes)}`
      await hub.blobs.put(blob, { bytes, mime: 'text/plain; charset=utf-8' })
      const { full, html } = part
      return {
        type: 'text',
        ...(full && { full }),
        ...(html && { html }),
        text: part.text
          .slice(0, PREVIEW)
          .toWellFormed()
          .replace(/\uFFFD$/, ''),
        blob,
      }
    }),
  )
}

/** The texts in full again, for sending. */
export async function onload(hub: Hub, parts: readonly Part[]): Promise<Part[]> {
  return Promise.all(
    parts.map(async (part): Promise<Part> => {
      if (part.type !== 'text' || !part.blob) return part
      const blob = await hub.blobs.get(part.blob)
      return blob ? { type: 'text', text: new TextDecoder().decode(blob.bytes) } : part
    }),
  )
}
