/** Which blobs an entry names, and those that nobody names any more. */
import type { Entry, Fact } from '../entry.ts'
import type { Hub } from '../hub.ts'
import { isMedia, type Part } from '../message.ts'

const ofPart = (part: Part): (string | undefined)[] =>
  isMedia(part) ? [part.media.blob] : part.type === 'text' ? [part.blob, part.full, part.html] : []

export function blobsOf(fact: Fact | Entry): string[] {
  const parts = fact.kind === 'message' || fact.kind === 'edit' ? fact.parts : []
  const own = fact.kind === 'media' ? [fact.data.blob] : []
  return [...parts.flatMap(ofPart), ...own].filter((blob) => blob !== undefined)
}

/** Where the copy of a message's file will lie; fixed, so that a repeat overwrites it and an erasure finds it. */
export const fetchedBlob = (workspace: string, entry: string, part: number): string => `${workspace}/media/${entry}/${part}`

/**
 * Bytes are put before the append that names them. Where the entry that stands does not (it is another body, or its customer was erased),
 * what this try put goes again; `id` is the entry's, for a blob under another's name is not ours to delete.
 */
export async function dropUnnamed(hub: Hub, id: string, fact: Fact, standing: Entry | undefined): Promise<void> {
  const named = standing ? blobsOf(standing) : []
  for (const blob of blobsOf(fact)) {
    if (blob.includes(`/${id}/`) && !named.includes(blob)) await hub.blobs.delete(blob)
  }
}
