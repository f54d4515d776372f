/** What the reply box holds becomes a reply or a note. */
import type { Author } from '@throughline/core/entry.ts'
import { VisibleError } from '@throughline/core/error.ts'
import { change } from '@throughline/core/flow/change.ts'
import { reply } from '@throughline/core/flow/reply.ts'
import type { CallingHub } from '@throughline/core/hub.ts'
import type { Part } from '@throughline/core/message.ts'
import type { Page } from '../page.ts'

type Written = { workspace: string; customer: string; author: Author; form: FormData }

export async function send(hub: CallingHub, page: Page, { workspace, customer, author, form }: Written): Promise<void> {
  const { text, via, key, mode } = Object.fromEntries(['text', 'via', 'key', 'mode'].map((name) => [name, field(form, name)]))
  if (mode === 'note') {
    if (!text?.trim()) throw new VisibleError(400, 'empty', page.t.reply.empty)
    await once(key, (own) => change(hub, workspace, customer, { kind: 'note', author, data: { text } }, own))
    return
  }
  const parts = await partsOf(hub, workspace, text ?? '', form.get('file'))
  if (parts.length === 0) throw new VisibleError(400, 'empty', page.t.reply.empty)
  await once(key, (own) => reply(hub, workspace, customer, { parts, author, via, key: own }))
}

/** The key holds a repeated click. Whoever sends another text with it had not seen that the first went out: it is a new one. */
async function once(key: string | undefined, act: (key: string | undefined) => Promise<unknown>): Promise<void> {
  try {
    await act(key)
  } catch (error) {
    if (!(error instanceof VisibleError) || error.code !== 'idempotency_mismatch') throw error
    await act(undefined)
  }
}

const field = (form: FormData, name: string): string | undefined => {
  const value = form.get(name)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A picture or recording is sent as such, anything else as a file; what was written with it is its caption. */
async function partsOf(hub: CallingHub, workspace: string, text: string, file: File | string | null): Promise<Part[]> {
  if (!(file instanceof File) || file.size === 0) return text.trim() ? [{ type: 'text', text }] : []
  const bytes = new Uint8Array(await file.arrayBuffer())
  const mime = /^[a-z]+\/[a-z0-9.+-]+$/.test(file.type) ? file.type : 'application/octet-stream'
  const blob = `${workspace}/upload/${hub.id()}`
  await hub.blobs.put(blob, { bytes, mime, name: file.name })
  const media = { blob, mime, name: file.name, size: file.size }
  // A drawing with scripts in it is no picture to any channel.
  const kind =
    (['image', 'video', 'audio'] as const).find((each) => mime.startsWith(`${each}/`) && !mime.includes('svg')) ?? 'file'
  return [{ type: kind, media, ...(text.trim() && { caption: text }) }]
}
