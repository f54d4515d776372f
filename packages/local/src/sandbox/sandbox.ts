/** What the sandboxed providers share: their memory, their files, their way to the hub and back. */
import type { Blobs } from '@throughline/core/blobs/blobs.ts'
import { ann } from './ann.ts'
import type { Outbox } from './outbox.ts'
import type { Book, Bubble, PhoneKind } from './state.ts'

export type Picture = { bytes: Uint8Array; name: string; mime: string }
export type Written = { text: string; subject?: string | undefined; picture?: Picture | undefined }

export type Sandbox = {
  book: Book
  files: Blobs
  outbox: Outbox
  /** Where the providers' servers stand, as the hub reaches them: http://127.0.0.1:PORT/sandbox. */
  origin: string
  /** Fetches as a provider's server does; our own public address is reached without leaving the machine. */
  fetch: typeof fetch
  /** Milliseconds between the states of a delivery, so that a person sees them pass. */
  pace: number
}

export const person = ann

export const nowIso = () => new Date().toISOString()

/** Puts a message on a phone; the same id once. */
export function show(sandbox: Sandbox, phone: PhoneKind, bubble: Omit<Bubble, 'at'>): void {
  const bubbles = sandbox.book.state.phones[phone]
  if (!bubbles.some(({ id }) => id === bubble.id)) bubbles.push({ ...bubble, at: nowIso() })
}

export async function keep(sandbox: Sandbox, key: string, picture: Picture): Promise<NonNullable<Bubble['file']>> {
  const { bytes, name, mime } = picture
  await sandbox.files.put(key, { bytes, mime, name })
  return { key, name, mime, size: bytes.byteLength }
}

/** A file that the hub names by link, fetched as the provider's servers would. */
export async function fetchFile(sandbox: Sandbox, url: string): Promise<Picture> {
  const answer = await sandbox.fetch(url, { signal: AbortSignal.timeout(15_000) })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}`)
  const mime = answer.headers.get('content-type')?.split(';')[0] ?? 'application/octet-stream'
  const named = /filename="?([^";]+)/i.exec(answer.headers.get('content-disposition') ?? '')?.[1]
  const name = named ?? decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? 'file')
  return { bytes: new Uint8Array(await answer.arrayBuffer()), name, mime }
}

/** Status of a POST as a provider's server makes it; 0 where nobody answered. */
export async function post(
  sandbox: Sandbox,
  url: string,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
  timeout: number,
): Promise<number> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)])
    const answer = await sandbox.fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: limit })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return 0
  }
}
