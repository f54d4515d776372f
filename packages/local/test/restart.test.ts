/** Acknowledged means kept: killed in the middle, again and again, the hub loses no message and invents none. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { PHONES, type PhoneKind } from '../src/sandbox/state.ts'
import { type Child, spawnStart, startHub } from './child.ts'
import { API_KEY } from './hub.ts'
import { until } from './place.ts'

let dir: string
const children: Child[] = []
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'restart-'))
})
afterEach(async () => {
  for (const { process } of children.splice(0)) process.kill('SIGKILL')
  await rm(dir, { recursive: true, force: true })
})

async function start(): Promise<Child> {
  const child = await startHub({ HUB_DATA: join(dir, 'hub'), HUB_API_KEY: API_KEY })
  children.push(child)
  return child
}
const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' }
const ask = async (hub: Child, path: string, init: RequestInit = {}): Promise<unknown> =>
  (await fetch(`${hub.base}/v1${path}`, { ...init, headers })).json()

async function write(hub: Child, kind: PhoneKind, text: string): Promise<string> {
  const body = new FormData()
  body.set('text', text)
  const answer = await fetch(`${hub.base}/sandbox/phones/${kind}/messages`, { method: 'POST', body })
  expect(answer.status).toBe(202)
  return text
}

const Customers = z.object({ customers: z.array(z.object({ id: z.string() })) })
const Entries = z.object({
  entries: z.array(
    z.looseObject({
      log: z.string(),
      seq: z.number(),
      direction: z.optional(z.string()),
      parts: z.optional(z.array(z.object({ text: z.string() }))),
    }),
  ),
})

async function stream(hub: Child) {
  const { customers } = Customers.parse(await ask(hub, '/customers'))
  const all = await Promise.all(
    customers.map(async ({ id }) => Entries.parse(await ask(hub, `/customers/${id}/entries?limit=100`)).entries),
  )
  return all.flat()
}
const texts = (entries: Awaited<ReturnType<typeof stream>>, direction: string) =>
  entries.filter((entry) => entry.direction === direction).map(({ parts }) => parts?.[0]?.text ?? '')

test('killed with messages and replies in flight, twice', async () => {
  const first = await start()
  await Promise.all(PHONES.map((kind) => write(first, kind, `before ${kind}`)))
  await until(async () => texts(await stream(first), 'in').length === PHONES.length)
  const { customers } = Customers.parse(await ask(first, '/customers'))
  const written = await Promise.all(PHONES.flatMap((kind) => [1, 2, 3].map((n) => write(first, kind, `${kind} ${n}`))))
  const replies = await Promise.all(
    customers.map(async ({ id }, n) => {
      await ask(first, `/customers/${id}/replies`, { method: 'POST', body: JSON.stringify({ text: `reply ${n}` }) })
      return `reply ${n}`
    }),
  )
  first.process.kill('SIGKILL')
  await first.exited

  const second = await start()
  written.push(await write(second, 'telegram', 'between'))
  second.process.kill('SIGKILL')
  await second.exited

  const third = await start()
  const expected = [...PHONES.map((kind) => `before ${kind}`), ...written].sort()
  await until(async () => texts(await stream(third), 'in').length >= expected.length)
  const entries = await stream(third)
  expect(texts(entries, 'in').sort()).toEqual(expected)
  expect(texts(entries, 'out').sort()).toEqual(replies.sort())
  for (const log of new Set(entries.map((entry) => entry.log))) {
    const seqs = entries.filter((entry) => entry.log === log).map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, index) => index + 1))
  }
  const shown = JSON.stringify(await (await fetch(`${third.base}/sandbox/phones.json`)).json())
  for (const reply of replies) expect(shown.split(`"text":"${reply}"`).length - 1, reply).toBeLessThanOrEqual(1)
  third.process.kill('SIGINT')
  expect(await third.exited).toBe(0)
  expect(third.err()).toBe('')
}, 150_000)

test('the first start shows a key, later ones do not; a second hub on the same data is refused', async () => {
  const env = { HUB_DATA: join(dir, 'hub') }
  const first = await startHub(env)
  children.push(first)
  const key = /API key +(tl_\S+)/.exec(first.out())?.[1]
  const answer = await fetch(`${first.base}/v1/customers`, { headers: { authorization: `Bearer ${key}` } })
  expect(answer.status).toBe(200)
  const link = /(http:\S+\/admin\/\S+)/.exec(first.out())?.[1] ?? ''
  expect((await fetch(link)).status).toBe(200)

  const other = spawnStart(env)
  expect(await other.exited).toBe(1)
  expect(other.err()).toMatch(/^A hub is already running on .*\n$/)

  first.process.kill('SIGTERM')
  expect(await first.exited).toBe(0)
  const again = await startHub(env)
  children.push(again)
  expect(again.out()).not.toContain('API key')
})

test('a wrong hub.config.ts stops the start with path and reason', async () => {
  const file = join(dir, 'hub.config.ts')
  const refused = async (content: string) => {
    await writeFile(file, content)
    const child = spawnStart({ HUB_DATA: join(dir, 'hub'), HUB_CONFIG: file })
    children.push(child)
    expect(await child.exited).toBe(1)
    expect(child.out()).toBe('')
    return child.err()
  }
  expect(await refused("export default { rules: [{ name: 'x', when: { chanel: 'sms' }, then: {} }] }")).toMatch(
    /^hub\.config\.ts: rules\.0\.when: .*chanel.*\n$/,
  )
  expect(await refused("export default { timezone: 'Mars/Olympus' }")).toBe(
    'hub.config.ts: timezone: an IANA time zone as Europe/Berlin\n',
  )
  expect(await refused('export const nothing = 1')).toBe('hub.config.ts: (file): has no default export\n')
  expect(await refused('export default {')).toMatch(/^hub\.config\.ts:[\d:]* /)
})
