/** Bodies as they come: the right type, not too large, JSON. */
import { VisibleError } from '@throughline/core/error.ts'

export const MAX_JSON = 1024 * 1024
export const MAX_MEDIA = 10 * 1024 * 1024

export const tooLarge = (most: number): VisibleError =>
  new VisibleError(413, 'too_large', `The body may have at most ${most / 1024 / 1024} MB.`)

/** `application/json`, with or without a character set, or a type built on it. */
const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i

export async function readJson(request: Request): Promise<unknown> {
  if (!JSON_TYPE.test(request.headers.get('content-type') ?? '')) {
    throw new VisibleError(415, 'unsupported_media_type', 'Send the body as application/json.')
  }
  const body = parsed(await request.text())
  refuseStrange(body)
  return body
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new VisibleError(400, 'bad_json', 'The body is not JSON.')
  }
}

/** Deeper than anything of ours; what reads it further on may go down by calling itself. */
const DEEPEST = 64
/** A field of such a name would be lost, or be read back as what every object has. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])

function refuseStrange(body: unknown): void {
  const open: { value: unknown; depth: number }[] = [{ value: body, depth: 0 }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, depth } = next
    if (typeof value !== 'object' || value === null) continue
    if (depth >= DEEPEST) throw new VisibleError(400, 'bad_request', `body: at most ${DEEPEST} levels deep`)
    for (const [name, inner] of Object.entries(value)) {
      if (RESERVED.has(name)) throw new VisibleError(400, 'bad_request', `${name}: no field may be called so`)
      open.push({ value: inner, depth: depth + 1 })
    }
  }
}
