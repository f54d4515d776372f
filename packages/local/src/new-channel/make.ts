/** A new channel's folder and its two lines in the lists: it compiles, and fails the suite over all channels until it is finished. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** For the person at the terminal. */
export class NameError extends Error {
  override readonly name = 'NameError'
}

/** The files of a channel, by the template that each is made of. */
const FILES = {
  'index.ts': 'index.ts.txt',
  'calls.ts': 'calls.ts.txt',
  'README.md': 'README.md.txt',
  'fixtures/index.ts': 'fixtures.ts.txt',
} as const

/** A folder, a word in addresses and a name in code at once. */
const KIND = /^[a-z][a-z0-9]{1,19}$/

/** What was written, by its path under `root`. */
export function makeChannel(root: string, kind: string): string[] {
  if (!KIND.test(kind))
    throw new NameError(`A channel is called by one word of small letters and digits, not ${JSON.stringify(kind)}.`)
  const channels = join('packages', 'core', 'src', 'channels')
  const folder = join(channels, kind)
  if (existsSync(join(root, folder))) throw new NameError(`There is a channel ${kind} already.`)
  const lists = [
    { path: join(channels, 'index.ts'), entry: `, ${kind}`, end: / \} as const satisfies/, name: kind, half: 'index' },
    {
      path: join(channels, 'calls.ts'),
      entry: `\n  ${kind}: ${kind}Calls,`,
      end: /\n\}\s*$/,
      name: `${kind}Calls`,
      half: 'calls',
    },
  ].map(({ path, entry, end, name, half }) => {
    const text = readFileSync(join(root, path), 'utf8')
    return { path, text: put(path, addImport(text, `import { ${name} } from './${kind}/${half}.ts'`), end, entry) }
  })
  const files = Object.entries(FILES).map(([file, template]) => ({ path: join(folder, file), text: filled(template, kind) }))
  for (const { path, text } of [...files, ...lists]) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return [...files, ...lists].map(({ path }) => path)
}

const filled = (template: string, kind: string): string =>
  readFileSync(join(import.meta.dirname, template), 'utf8')
    .replaceAll('{{kind}}', kind)
    .replaceAll('{{Kind}}', kind.charAt(0).toUpperCase() + kind.slice(1))

const pathIn = (line: string): string => /from '(\.\/.*)'$/.exec(line)?.[1] ?? ''

/** In its place by the alphabet among the imports of the same folder. */
function addImport(text: string, line: string): string {
  const lines = text.split('\n')
  const next = lines.findIndex((one) => pathIn(one) > pathIn(line))
  const last = lines.findLastIndex((one) => one.startsWith('import '))
  return lines.toSpliced(next === -1 ? last + 1 : next, 0, line).join('\n')
}

function put(path: string, text: string, end: RegExp, entry: string): string {
  const at = end.exec(text)?.index
  if (at === undefined) throw new NameError(`${path} does not end as a list: add ${entry.trim()} by hand.`)
  return text.slice(0, at) + entry + text.slice(at)
}
