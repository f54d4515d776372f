/** Bytes of what a customer sent. The download's URL holds the bot's token: it stays in this file. */
import type { CallContext, Connection } from '../../channel.ts'
import { VisibleError } from '../../error.ts'
import type { Media } from '../../message.ts'
import { apiOf, call, rootOf, tokenOf } from './api.ts'

export async function media(
  one: Media,
  connection: Connection,
  context: CallContext,
): Promise<{ bytes: Uint8Array; mime?: string }> {
  const { ref } = one
  if (ref === undefined) throw new VisibleError(404, 'no_media', 'This file has no reference at Telegram.')
  const file = await call(() => apiOf(connection, context).getFile(ref))
  if (file.file_path === undefined) throw new VisibleError(404, 'no_media', 'Telegram does not have this file any more.')
  const url = `${rootOf(connection)}/file/bot${tokenOf(connection)}/${file.file_path}`
  const response = await context.fetch(url, { signal: AbortSignal.timeout(context.timeout) })
  if (!response.ok) throw new VisibleError(502, 'media_failed', `Telegram answered ${response.status} to the download.`)
  return { bytes: new Uint8Array(await response.arrayBuffer()), ...(one.mime !== undefined && { mime: one.mime }) }
}
