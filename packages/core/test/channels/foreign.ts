/** The folder that HUB_FIXTURES names: payloads from other projects' test suites, with what is known of each in index.json. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = process.env.HUB_FIXTURES ?? ''

export function foreignFiles(folder: string): { name: string; bytes: Uint8Array }[] {
  if (root === '') return []
  const names = readdirSync(join(root, folder)).toSorted()
  if (names.length === 0) throw new Error(`no payload in ${folder} of HUB_FIXTURES`)
  return names.map((name) => ({ name: `${folder}/${name}`, bytes: new Uint8Array(readFileSync(join(root, folder, name))) }))
}

type Index = { items: { file: string; expected?: Record<string, unknown> }[] }
const index: Index = root === '' ? { items: [] } : JSON.parse(readFileSync(join(root, 'index.json'), 'utf8'))
const facts = new Map(index.items.map((item) => [item.file, item.expected ?? {}]))

export const expectedOf = (name: string): Record<string, unknown> => facts.get(name) ?? {}
