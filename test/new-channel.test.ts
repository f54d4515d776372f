/** npm run new:channel, tried on a copy of the project: what it writes compiles, and the suite over all channels says what to write next. */
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as z from 'zod/mini'

const ROOT = join(import.meta.dirname, '..')
const COPIED = ['packages', 'functions', 'test', 'hub.config.ts', 'package.json', 'tsconfig.json', 'vitest.config.ts']
const LEFT = new Set(['node_modules', 'dist', '.hub'])
const LISTS = ['index.ts', 'calls.ts'].map((file) => join('packages/core/src/channels', file))

let copy: string
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'throughline-new-channel-'))
  for (const name of COPIED)
    cpSync(join(ROOT, name), join(copy, name), { recursive: true, filter: (path) => !LEFT.has(basename(path)) })
  const modules = join(copy, 'node_modules')
  mkdirSync(join(modules, '@throughline'), { recursive: true })
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (name !== '@throughline' && name !== '.vite') symlinkSync(join(ROOT, 'node_modules', name), join(modules, name))
  // Its own packages, not those that it was copied from.
  for (const name of readdirSync(join(copy, 'packages')))
    symlinkSync(join(copy, 'packages', name), join(modules, '@throughline', name))
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

type Said = { code: number | string; out: string; err: string }
function run(...words: string[]): Promise<Said> {
  const options = { cwd: copy, env: { PATH: process.env.PATH }, timeout: 100_000, maxBuffer: 64 * 1024 * 1024 }
  return new Promise((resolve) => {
    execFile(process.execPath, words, options, (error, out, err) =>
      resolve({ code: error ? (error.code ?? 'killed') : 0, out, err }),
    )
  })
}
const make = (...words: string[]) => run('--import', 'tsx', 'packages/local/src/new-channel.ts', ...words)
/** What the compiler has to say of the whole project. */
async function compile(): Promise<string[]> {
  const { code, out } = await run('node_modules/typescript/bin/tsc', '--noEmit')
  expect(code).not.toBe('killed')
  return out.split('\n').toSorted()
}
const lists = () => LISTS.map((path) => readFileSync(join(copy, path), 'utf8'))

const Report = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) })),
    }),
  ),
})

it('refuses a name that is none, or taken, and writes nothing', async () => {
  const before = lists()
  for (const name of ['', 'Line', '../line', 'a-b', 'telegram'])
    expect([name, await make(name)]).toMatchObject([
      name,
      { code: 1, out: '', err: expect.stringContaining('npm run new:channel NAME') },
    ])
  expect(lists()).toEqual(before)
})

it('writes a folder and two lines that compile', { timeout: 240_000 }, async () => {
  const before = await compile()
  const made = await make('pigeon')
  expect([made.code, made.err]).toEqual([0, ''])
  for (const file of ['index.ts', 'calls.ts', 'README.md', 'fixtures/index.ts'])
    expect(made.out).toContain(`wrote ${join('packages/core/src/channels/pigeon', file)}\n`)
  const [doors = '', calls = ''] = lists()
  expect(doors).toMatch(/^import \{ pigeon \} from '\.\/pigeon\/index\.ts'$[\s\S]*, pigeon \} as const/m)
  expect(calls).toMatch(/^import \{ pigeonCalls \} from '\.\/pigeon\/calls\.ts'$[\s\S]*^ {2}pigeon: pigeonCalls,\n\}$/m)
  expect(await compile()).toEqual(before)
})

it('fails the suite until it is finished, and each failure says what to write', { timeout: 120_000 }, async () => {
  const suite = await run(
    'node_modules/vitest/vitest.mjs',
    'run',
    'packages/core/test/channels.test.ts',
    '-t',
    '^pigeon ',
    '--reporter=json',
  )
  expect(suite.code).toBe(1)
  const { testResults } = Report.parse(JSON.parse(suite.out))
  const results = testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ fullName }) => fullName.startsWith('pigeon '))
  const failed = results.filter(({ status }) => status === 'failed')
  const told = failed.map(
    ({ failureMessages }) => /channels\/pigeon\/((?:index|calls|fixtures\/index)\.ts: \w+): /.exec(failureMessages[0] ?? '')?.[1],
  )
  expect(failed.filter((_, index) => told[index] === undefined)).toEqual([])
  expect([...new Set(told)].toSorted()).toEqual([
    'calls.ts: check',
    'calls.ts: classify',
    'calls.ts: connect',
    'calls.ts: send',
    'fixtures/index.ts: cases',
    'fixtures/index.ts: sign',
    'index.ts: capabilities',
  ])
})
