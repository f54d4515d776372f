/** The hub's own key ring: the environment's, or one made at the first start that only its owner can read. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newKey } from '@throughline/core/secrets/keyring.ts'

export async function readKeys(dir: string, given: string | undefined): Promise<string> {
  if (given) return given
  const file = join(dir, 'keys')
  await mkdir(dir, { recursive: true, mode: 0o700 })
  // `wx`: a key that is there is never written over, or everything sealed with it would be lost.
  await writeFile(file, newKey(), { mode: 0o600, flag: 'wx' }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
  return (await readFile(file, 'utf8')).trim()
}
