/** The whole way there and back, on every channel: phone -> provider -> hub -> inbox -> reply -> provider -> phone. */
import { channels } from '@throughline/core/channels/index.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { PHONES } from '../src/sandbox/state.ts'
import { API_KEY, keptFile, openHub, type TestHub } from './hub.ts'
import { until } from './place.ts'

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

let hub: TestHub
beforeAll(async () => {
  hub = await openHub()
})
afterAll(() => hub.end())

test('there is a phone for every channel', () => {
  expect([...PHONES].sort()).toEqual(Object.keys(channels).sort())
})

describe.each([...PHONES])('%s', (kind) => {
  const shown = () => hub.sandbox.book.state.phones[kind]
  const here = async () => (await hub.customers()).find(({ current }) => current?.channel === kind)
  const write = (fields: Record<string, string | Blob>) => {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.set(name, value)
    return fetch(`${hub.base}/sandbox/phones/${kind}/messages`, { method: 'POST', body })
  }

  test('a text comes in and its answer arrives', async () => {
    expect((await write({ text: `Hello by ${kind} & <b>🙂</b>` })).status).toBe(202)
    const customer = await until(here)
    await until(() => shown()[0]?.state === 'delivered')
    const [entry] = (await hub.entries(customer.id)).filter((one) => one.channel === kind)
    expect(entry).toMatchObject({
      kind: 'message',
      direction: 'in',
      channel: kind,
      parts: [{ text: `Hello by ${kind} & <b>🙂</b>` }],
    })

    await hub.reply(customer.id, { text: `Answer by ${kind}` })
    const answer = await until(() => shown().find(({ from }) => from === 'business'))
    expect(answer.text).toBe(`Answer by ${kind}`)
    await hub.idle()
    const reply = (await hub.entries(customer.id)).find((one) => one.direction === 'out')
    expect(await hub.ask(`/entries/${reply?.id}/delivery`)).toMatchObject({
      words: expect.stringMatching(/because they wrote there/),
    })
  })

  test('a picture comes in and is kept; a file goes out', async () => {
    await write({ text: 'look', file: new File([PNG], 'dot.png', { type: 'image/png' }) })
    const customer = await until(here)
    const kept = await until(async () => (await hub.entries(customer.id)).map(keptFile).find((file) => file !== undefined))
    expect(kept).toMatchObject({ blob: expect.any(String), size: PNG.length })

    const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'image/png' }
    const stored = await fetch(`${hub.base}/v1/media?name=dot.png`, { method: 'POST', headers, body: PNG })
    const { blob } = z.object({ blob: z.string() }).parse(await stored.json())
    await hub.reply(customer.id, { parts: [{ type: 'image', media: { blob } }] })
    const file = await until(() => shown().find((one) => one.from === 'business' && one.file)?.file)
    expect(file).toMatchObject({ mime: 'image/png', size: PNG.length })
  })
})

test('nothing was refused, and nothing lies among the dead', async () => {
  await hub.idle()
  expect(hub.log.lines.filter(({ level }) => level === 'error')).toEqual([])
  expect(await hub.ask('/dead')).toMatchObject({ dead: [] })
})
