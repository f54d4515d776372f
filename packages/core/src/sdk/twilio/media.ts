import type { Fetched } from '../../channel.ts'
import type { CallContext, Connection } from '../../connector.ts'
import type { Media } from '../../message.ts'
import { authorizationOf } from './client.ts'
import { TwilioError } from './errors.ts'
import { cardsOf, isCard } from './vcard.ts'

/** More than any channel of Twilio's carries. */
const MAX_BYTES = 25 * 1024 * 1024

/**
 * A MediaUrl names a host, and a host can be forged by whoever gets a form through: only Twilio's own is asked, with our credentials.
 * It redirects to a CDN which must not see them.
 */
export async function mediaOfTwilio(media: Media, connection: Connection, context: CallContext): Promise<Fetched> {
  const root = new URL(connection.apiRoot ?? 'https://api.twilio.com').href.replace(/\/?$/, '/')
  const atHome = (url: URL) => url.href.startsWith(root)
  const start = URL.canParse(media.ref ?? '') ? new URL(media.ref ?? '') : undefined
  if (!start || !atHome(start)) throw new TwilioError(400, '63019', 'The address of this file is not Twilio’s.')
  let url = start
  for (let hops = 0; hops < 4; hops++) {
    const signal = AbortSignal.timeout(context.timeout)
    const response = atHome(url)
      ? await context.fetch(url, { redirect: 'manual', signal, headers: { authorization: authorizationOf(connection) } })
      : await context.guardedFetch(url, { redirect: 'manual', signal })
    const next = response.headers.get('location')
    if (response.status >= 300 && response.status < 400 && next) {
      await response.body?.cancel()
      url = new URL(next, url)
      continue
    }
    if (!response.ok) throw new TwilioError(response.status, undefined, `HTTP ${response.status} for a file`)
    return fileOf(response, media)
  }
  throw new TwilioError(400, '63019', 'The file’s address leads round in circles.')
}

async function fileOf(response: Response, media: Media): Promise<Fetched> {
  const tooLarge = () => new TwilioError(400, '11751', 'The file is larger than 25 MB.')
  if (Number(response.headers.get('content-length') ?? 0) > MAX_BYTES) {
    await response.body?.cancel()
    throw tooLarge()
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  const mime = response.headers.get('content-type') ?? undefined
  const name = nameOf(response.headers.get('content-disposition') ?? '')
  const bytes = new Uint8Array(Buffer.concat(chunks))
  return { bytes, ...(mime && { mime }), ...(name && { name }), ...(isCard(mime ?? media.mime) && { parts: cardsOf(bytes) }) }
}

/** RFC 6266: `filename*` (percent-encoded UTF-8) before `filename`. */
function nameOf(disposition: string): string | undefined {
  const wide = /filename\*=utf-8''([^;]+)/i.exec(disposition)?.[1]
  if (wide) {
    try {
      return decodeURIComponent(wide.trim())
    } catch {
      return undefined
    }
  }
  return /filename="?([^";]+)"?/i.exec(disposition)?.[1]?.trim()
}
