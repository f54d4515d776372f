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
  const text = await request.text()
  try {
    return JSON.parse(text)
  } catch {
    throw new VisibleError(400, 'bad_json', 'The body is not JSON.')
  }
}
