/** The house: imports go down only, and what must not know of each other does not. Read from the imports themselves. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
const CORE = 'packages/core/src'
const NOUNS = ['stream', 'customer', 'identity', 'connection', 'routing', 'delivery', 'agent', 'metrics']
const PORTS = ['store', 'queue', 'blobs', 'secrets', 'http']

type Import = { file: string; target: string; typeOnly: boolean }

const files = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !/node_modules|\/test\/|\/fixtures\/|infra\/check/.test(file))

/** Where an import leads: a path of the project, or a package's name. */
function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return normalize(join(dirname(file), specifier))
  const own = /^@throughline\/(\w+)\/(.+)$/.exec(specifier)
  return own ? `packages/${own[1]}/src/${own[2]}` : specifier
}

const importsOf = (file: string): Import[] =>
  [
    ...readFileSync(join(ROOT, file), 'utf8').matchAll(
      /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'"\n;]*?(?:\n[^'";]*?)?from\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]/g,
    ),
  ].map((match) => ({ file, target: targetOf(file, match[3] ?? match[4] ?? ''), typeOnly: match[2] !== undefined }))

const sources = ['packages/core/src', 'packages/api/src', 'packages/console/src', 'packages/local/src', 'functions'].flatMap(
  files,
)
const imports = sources.flatMap(importsOf)
const breaking = (rule: (one: Import) => boolean) => imports.filter(rule).map(({ file, target }) => `${file} -> ${target}`)
const inCore = (path: string, folder: string) => path.startsWith(`${CORE}/${folder}/`)

/** Which floor a file stands on; imports lead to the same floor or a lower one. */
function floor(path: string): number {
  if (path.startsWith('packages/local/')) return 6
  if (path.startsWith('functions/')) return 5
  if (path.startsWith('packages/console/') || path.startsWith('packages/api/')) return 4
  if (inCore(path, 'flow')) return 3
  if (inCore(path, 'channels') || inCore(path, 'tools')) return 2
  if (NOUNS.some((noun) => inCore(path, noun))) return 2
  return path.startsWith('packages/') ? 1 : 0
}

describe('the house', () => {
  it('reads a project that has imports', () => {
    expect(sources.length).toBeGreaterThan(80)
    expect(imports.length).toBeGreaterThan(400)
  })

  it('imports go down only', () => {
    // The contracts name the ports' and the configuration's types, which hold no code.
    expect(breaking(({ file, target, typeOnly }) => !typeOnly && floor(target) > floor(file))).toEqual([])
  })

  it('nouns do not import each other, nor flows', () => {
    const nounOf = (path: string) => NOUNS.find((noun) => inCore(path, noun))
    expect(
      breaking(
        ({ file, target }) => nounOf(file) !== undefined && nounOf(target) !== undefined && nounOf(file) !== nounOf(target),
      ),
    ).toEqual([])
  })

  it.each(['channels', 'tools'])('a folder of %s sees contracts, language and its own SDK alone', (kind) => {
    const folderOf = (path: string) => (inCore(path, kind) ? path.split('/')[4] : undefined)
    const allowed = ({ file, target }: Import) => {
      if (!target.startsWith('packages/')) return true
      const own = folderOf(file)
      if (inCore(target, kind)) return own?.includes('.') || folderOf(target) === own || folderOf(target) === 'fixture.ts'
      const rest = target.slice(CORE.length + 1)
      return !rest.includes('/') || rest.startsWith('sdk/') || rest.startsWith('http/') || target === `${CORE}/identity/normal.ts`
    }
    expect(breaking((one) => folderOf(one.file) !== undefined && !allowed(one))).toEqual([])
  })

  it('the doors carry no calls: what receives imports no provider SDK', () => {
    const heavy = /^(grammy|twilio$|twilio\/lib\/rest|nodemailer|@aws-sdk\/client-sesv2)/
    const door = ({ file }: Import) => /\/(channels|tools)\/(\w+\/)?(index|parse)\.ts$/.test(file)
    expect(breaking((one) => door(one) && (heavy.test(one.target) || /\/calls\.ts$/.test(one.target)) && !one.typeOnly)).toEqual(
      [],
    )
  })

  it('nobody outside a connector asks which one it is', () => {
    const asks = /(kind|channel)\s*===?\s*'(telegram|sms|whatsapp|viber|email|slack|webhook)'/
    const outside = sources.filter((file) => !/\/(channels|tools|sandbox)\//.test(file))
    expect(outside.filter((file) => asks.test(readFileSync(join(ROOT, file), 'utf8')))).toEqual([])
  })

  it('core and functions use zod/mini, and core no environment', () => {
    const inHot = ({ file }: Import) => file.startsWith(CORE) || file.startsWith('functions/')
    expect(breaking((one) => inHot(one) && (one.target === 'zod' || one.target === 'zod/v4'))).toEqual([])
    expect(
      sources.filter((file) => file.startsWith(CORE) && readFileSync(join(ROOT, file), 'utf8').includes('process.env')),
    ).toEqual([])
  })

  it('ports know nothing above the language', () => {
    const port = (path: string) => PORTS.some((name) => inCore(path, name))
    expect(breaking(({ file, target, typeOnly }) => port(file) && !typeOnly && floor(target) > 1)).toEqual([])
  })

  it('files stay small: none over 300 lines', () => {
    const long = sources.map((file) => ({ file, lines: readFileSync(join(ROOT, file), 'utf8').split('\n').length }))
    expect(long.filter(({ lines }) => lines > 300)).toEqual([])
    const sorted = long.map(({ lines }) => lines).sort((a, b) => a - b)
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(120)
  })
})
