/** Unknown addresses, a broken configuration, and a start with much to do. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig, unknownNames } from '../src/config.ts'
import { openOutbox } from '../src/sandbox/outbox.ts'
import { openHub, type TestHub } from './hub.ts'
import { place } from './place.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await openHub({ order: ['telegram', 'pager'], rules: [{ name: 'r', then: { notify: ['slack', 'The board'] } }] })
})
afterAll(() => hub.end())

test('what is found nowhere is a problem for a program and a page for a browser', async () => {
  const answer = await fetch(`${hub.base}/nope`)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
  expect(await answer.json()).toMatchObject({ code: 'not_found' })
  const page = await fetch(`${hub.base}/nope`, { headers: { accept: 'text/html,*/*' } })
  expect([page.status, page.headers.get('content-type')]).toEqual([404, expect.stringContaining('text/html')])
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await page.text()).toContain('nothing at this address')
})

test('a configuration that cannot be read is told by place and reason, in one line', async () => {
  const file = join(hub.dir, 'hub.config.ts')
  await writeFile(file, 'export default {\n  rules: [ }\n}\n')
  const error = await loadConfig(file).catch((thrown: unknown) => thrown)
  expect(String(error)).toMatch(/^ConfigError: hub\.config\.ts: *[^\n]+$|^ConfigError: hub\.config\.ts:2:\d+: [^\n]+$/)
})

test('names of the configuration that lead nowhere are told', async () => {
  expect(await unknownNames(hub.hub)).toBe(
    'hub.config.ts: order: no channel is called pager; notify: no connection is called The board.',
  )
})

test('many lanes that wait at a start warn of no leak', async () => {
  const warned: string[] = []
  const note = (warning: Error) => warned.push(warning.name)
  process.on('warning', note)
  const at = await place()
  try {
    const never = (_: unknown, signal: AbortSignal) =>
      new Promise<'later'>((done) => signal.addEventListener('abort', () => done('later'), { once: true }))
    const outbox = openOutbox(at.sandbox.book, { telegram: never, twilio: never, viber: never, email: never })
    for (let lane = 0; lane < 20; lane++) {
      await outbox.add({ provider: 'viber', lane: String(lane), url: '', headers: {}, body: '' })
    }
    await new Promise((done) => setImmediate(done))
    await outbox.close()
    expect(warned).toEqual([])
  } finally {
    process.off('warning', note)
    at.state.outbox.length = 0
    await at.close()
  }
})
