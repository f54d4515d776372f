import type { Blob, Blobs } from './blobs.ts'

const copy = (blob: Blob): Blob => ({ ...blob, bytes: blob.bytes.slice() })

/** Blobs in a process's memory, for tests. */
export function memoryBlobs(): Blobs {
  const kept = new Map<string, Blob>()
  return {
    async put(key, blob) {
      kept.set(key, copy(blob))
    },
    async get(key) {
      const blob = kept.get(key)
      return blob && copy(blob)
    },
    async delete(key) {
      kept.delete(key)
    },
  }
}
