/** Blobs as files. A key is any text, a file's name is not: so files are named by the key's hash, and bear their own description. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Blobs } from '@throughline/core/blobs/blobs.ts'
import * as z from 'zod/mini'

const About = z.object({ key: z.string(), mime: z.string(), name: z.optional(z.string()) })
const NEWLINE = 10

const missing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'

export function fileBlobs(dir: string): Blobs {
  const pathOf = (key: string) => {
    const hash = createHash('sha256').update(key).digest('hex')
    return join(dir, hash.slice(0, 2), hash)
  }
  return {
    async put(key, { bytes, mime, name }) {
      const path = pathOf(key)
      const about = JSON.stringify({ key, mime, name })
      const half = `${path}.${randomUUID()}`
      await mkdir(dirname(path), { recursive: true })
      // A reader sees the whole file or none.
      await writeFile(half, Buffer.concat([Buffer.from(`${about}\n`), bytes]))
      await rename(half, path)
    },
    async get(key) {
      const file = await readFile(pathOf(key)).catch((error: unknown) => {
        if (missing(error)) return undefined
        throw error
      })
      if (!file) return undefined
      const end = file.indexOf(NEWLINE)
      const { mime, name } = About.parse(JSON.parse(file.subarray(0, end).toString()))
      return { bytes: new Uint8Array(file.subarray(end + 1)), mime, ...(name !== undefined && { name }) }
    },
    delete: (key) => rm(pathOf(key), { force: true }),
  }
}
