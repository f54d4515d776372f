/** Bytes of what a customer sent. The download's URL holds the bot's token: it stays in this file. */

import { GrammyError } from 'grammy/web'
import type { CallContext, Connection } from '../../channel.ts'
import { VisibleError } from '../../error.ts'
import type { Media } from '../../message.ts'
import { apiOf, call, rootOf, tokenOf } from './api.ts'
import { readRef } from './files.ts'

export async function media(
  one: Media,
  connection: Connection,
  context: CallContext,
): Promise<{ bytes: Uint8Array; mime?: string }> {
  const { ref } = one
  if (ref === undefined) throw new VisibleError(404, 'no_media', 'This file has no reference at Telegram.')
  const file = await call(() => apiOf(connection, context).getFile(readRef(ref).id)).catch(tooBig)
  if (file.file_path === undefined) throw new VisibleError(404, 'no_media', 'Telegram does not have this file any more.')
  const url = `${rootOf(connection)}/file/bot${tokenOf(connection)}/${file.file_path}`
  const response = await context.fetch(url, { signal: AbortSignal.timeout(context.timeout) })
  if (!response.ok) throw new VisibleError(502, 'media_failed', `Telegram answered ${response.status} to the download.`)
  return { bytes: new Uint8Array(await response.arrayBuffer()), ...(one.mime !== undefined && { mime: one.mime }) }
}

/** Bots are given files of 20 MB at most. */
function tooBig(error: unknown): never {
  if (error instanceof GrammyError && /file is too big/i.test(error.description))
    throw new VisibleError(413, 'too_large', 'Telegram gives bots files up to 20 MB only.')
  throw error
}
