import { listConnections } from '@throughline/core/connection/read.ts'
import { bury, keepAside } from '@throughline/core/flow/dead.ts'
import { listCustomers } from '@throughline/core/flow/list.ts'
import { reply } from '@throughline/core/flow/reply.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { fieldsOf, readFields } from '../src/setup/fields.ts'
import { en } from '../src/words/en.ts'
import { type Browser, signedIn, TOKEN, WORKSPACE, type World, world } from './hub.ts'

let w: World
let admin: Browser
beforeEach(async () => {
  w = await world()
  admin = await signedIn(w)
})
afterEach(() => w.close())

const connectors = () => [...Object.values(w.hub.channels), ...Object.values(w.hub.tools)]

test('every connector of the lists has a card and a form that asks all its schemas ask', async () => {
  const overview = (await admin.get('/setup')).text
  expect(connectors().length).toBeGreaterThan(3)
  for (const connector of connectors()) {
    expect(overview).toContain(`/setup/connect/${connector.kind}`)
    const form = (await admin.get(`/setup/connect/${connector.kind}`)).text
    expect(form).toContain(connector.title)
    for (const group of ['credentials', 'settings'] as const) {
      for (const key of Object.keys(connector[group].shape)) {
        const secret = connector.secrets.includes(key)
        const field = form.match(new RegExp(`<(?:input|select|textarea)[^>]*name="${group}\\.${key}"[^>]*>`))?.[0] ?? ''
        expect(field, `${connector.kind} ${group}.${key}`).not.toBe('')
        expect(field.includes('type="password"'), `${connector.kind} ${group}.${key} is secret`).toBe(secret)
      }
    }
  }
})

test('nothing connected yet: the page says the next step', async () => {
  const text = (await admin.get('/setup')).text
  const [first] = connectors()
  expect(text).toContain('Nothing is connected yet')
  expect(text).toContain(first?.hint.replaceAll("'", '&#39;'))
})

test('wrong credentials: the form comes back with the words, the name kept, the secret gone; nothing is connected', async () => {
  const answer = await admin.post('/setup/connect/telegram', { 'credentials.token': '99:not-this-one', name: 'My bot' })
  expect(answer.status).toBe(400)
  expect(answer.text).toContain('Telegram does not know this token')
  expect(answer.text).toContain('value="My bot"')
  expect(answer.text).not.toContain('99:not-this-one')
  expect(await listConnections(w.hub, WORKSPACE)).toEqual([])
})

test('what does not fit is said at its field, before the provider is asked', async () => {
  const empty = await admin.post('/setup/connect/telegram', {})
  expect([empty.status, empty.text]).toEqual([422, expect.stringContaining('id="credentials.token-problem"')])
  const odd = await admin.post('/setup/connect/telegram', { 'credentials.token': 'no colon' })
  expect([odd.status, odd.text]).toEqual([400, expect.stringContaining('id="credentials.token-problem"')])
  expect(w.sent).toEqual([])
})

test('connected: the three steps tick one after the other', async () => {
  const done = await admin.post('/setup/connect/telegram', { 'credentials.token': TOKEN })
  expect(done.status).toBe(303)
  const place = done.headers.get('location') ?? ''
  expect((await admin.get(place)).text).toContain('Write a message to @shop_bot')

  const [bot] = await listConnections(w.hub, WORKSPACE)
  if (!bot) throw new Error('not connected')
  await w.write(bot, 'Hello?')
  const arrived = (await admin.get(`${place}/steps`)).text
  expect(arrived).toContain('A message arrived')
  expect(arrived).toContain('Answer it in the inbox')

  const { customers } = await listCustomers(w.hub, WORKSPACE, {})
  const author = { kind: 'agent' as const, id: 'a1' }
  await reply(w.hub, WORKSPACE, customers[0]?.id ?? '', { parts: [{ type: 'text', text: 'Hi!' }], author })
  await w.settle()
  expect((await admin.get(`${place}/steps`)).text).toContain('The answer arrived')
})

test('a poll brings nothing while nothing changes', async () => {
  const bot = await w.telegram()
  const first = (await admin.get(`/setup/c/${bot.id}/steps`)).text
  const seen = first.match(/name="seen" value="([^"]+)"/)?.[1]
  expect((await admin.get(`/setup/c/${bot.id}/steps?seen=${seen}`)).status).toBe(204)
  await w.write(bot, 'Hello?')
  expect((await admin.get(`/setup/c/${bot.id}/steps?seen=${seen}`)).status).toBe(200)
})

test('a secret made by us is shown once and never again', async () => {
  const done = await admin.post('/setup/connect/webhook', { 'settings.url': 'https://receiver.example/hook' })
  expect(done.text).toContain('shown only once')
  const secret = done.text.match(/whsec_[\w+/=]+/)?.[0] ?? 'none'
  expect(secret).not.toBe('none')
  const [webhook] = await listConnections(w.hub, WORKSPACE)
  expect((await admin.get(`/setup/c/${webhook?.id}`)).text).not.toContain(secret)
  expect((await admin.get(`/setup/c/${webhook?.id}/change`)).text).not.toContain(secret)
})

test('check, pause, resume, remove: each in words, removal only after its consequences', async () => {
  const bot = await w.telegram()
  expect((await admin.post(`/setup/c/${bot.id}/check`)).text).toContain('The bot is @shop_bot')
  await admin.post(`/setup/c/${bot.id}/pause`)
  expect((await admin.get(`/setup/c/${bot.id}`)).text).toContain('Paused')
  await admin.post(`/setup/c/${bot.id}/resume`)
  expect((await admin.get('/setup')).text).toContain('Working')
  expect((await admin.get(`/setup/c/${bot.id}/remove`)).text).toContain('All conversations stay')
  expect(await listConnections(w.hub, WORKSPACE)).toHaveLength(1)
  await admin.post(`/setup/c/${bot.id}/remove`)
  expect(await listConnections(w.hub, WORKSPACE)).toEqual([])
  expect((await admin.get(`/setup/c/${bot.id}`)).status).toBe(404)
})

test('a changed connection keeps the secret that was left empty', async () => {
  const bot = await w.telegram()
  const form = (await admin.get(`/setup/c/${bot.id}/change`)).text
  expect(form).toContain('value="Shop bot"')
  expect(form).not.toContain(TOKEN)
  const saved = await admin.post(`/setup/c/${bot.id}/change`, { name: 'Front desk', 'credentials.token': '' })
  expect(saved.status).toBe(303)
  expect(await listConnections(w.hub, WORKSPACE)).toMatchObject([{ name: 'Front desk', credentials: { token: TOKEN } }])
})

describe('fields of any schema', () => {
  const schema = z.object({
    token: z.string(),
    port: z.optional(z.number()),
    tls: z.optional(z.boolean()),
    region: z.enum(['eu', 'us']),
    topics: z.optional(z.array(z.string())),
    more: z.optional(z.object({ a: z.string() })),
    loft: z._default(z.string(), 'north'),
  })
  const any = () => ({ ...w.hub.channels.telegram, settings: schema, credentials: z.object({}), secrets: ['token'] })
  const read = (values: Record<string, string>) => {
    const connector = { kind: 'x', title: 'X', hint: '', verify: () => true, ...any() }
    const form = new FormData()
    for (const [name, value] of Object.entries(values)) form.set(`settings.${name}`, value)
    return { fields: fieldsOf(connector), read: readFields(fieldsOf(connector), form, en) }
  }

  test('each type has its input', () => {
    const inputs = read({}).fields.map(({ key, input, required, initial }) => [key, input, required, initial])
    expect(inputs).toEqual([
      ['token', 'password', true, ''],
      ['port', 'number', false, ''],
      ['tls', 'checkbox', false, ''],
      ['region', 'select', true, ''],
      ['topics', 'list', false, ''],
      ['more', 'json', false, ''],
      ['loft', 'text', false, 'north'],
    ])
  })

  test('what was written becomes what the schema takes', () => {
    const { read: filled } = read({ token: ' t ', port: '25', tls: 'on', region: 'eu', topics: 'a\n\n b', more: '{"a":"b"}' })
    expect(filled.settings).toEqual({ token: 't', port: 25, tls: true, region: 'eu', topics: ['a', 'b'], more: { a: 'b' } })
    expect(filled.problems).toEqual({})
    expect(filled.values).not.toHaveProperty('settings.token')
  })

  test('what cannot be read is said', () => {
    const { read: filled } = read({ port: 'many', more: '{', region: '' })
    expect(Object.keys(filled.problems).sort()).toEqual(['settings.more', 'settings.port', 'settings.region', 'settings.token'])
  })
})

describe('what needs a look', () => {
  test('is counted on the overview and listed with words, connection, file and a new start', async () => {
    expect((await admin.get('/setup')).text).not.toContain('/setup/dead')
    expect((await admin.get('/setup/dead')).text).toContain('Nothing needs a look')
    await admin.post('/setup/connect/telegram', { 'credentials.token': TOKEN })
    const [connection] = await listConnections(w.hub, WORKSPACE)
    if (!connection) throw new Error('nothing connected')
    const request = {
      door: 'http' as const,
      method: 'POST',
      url: connection.hookUrl,
      query: new URLSearchParams(),
      headers: {},
      body: new TextEncoder().encode('{"odd":1}'),
      now: 0,
    }
    await keepAside(w.hub, connection, request, 'odd <thing>')
    await bury(w.hub, { to: 'route', workspace: WORKSPACE, log: 'l1' }, 'it broke')
    expect((await admin.get('/setup')).text).toContain('2 things need a look')
    const { text } = await admin.get('/setup/dead')
    expect(text).toContain('odd &lt;thing&gt;')
    expect(text).toContain(`/setup/c/${connection.id}`)
    expect(text).toMatch(/href="[^"]*\/media\/[^"]+"/)
    const starts = [...text.matchAll(/action="(\/setup\/dead\/[^"]+\/redrive)"/g)]
    expect(starts).toHaveLength(1)
    expect((await admin.post(starts[0]?.[1] ?? '', {})).status).toBe(303)
    expect((await admin.get('/setup')).text).toContain('One thing needs a look')
    expect((await admin.get(`/setup/c/${'a'.repeat(3_000)}`)).status).toBe(404)
  })
})

test('a connector that has to be called says so while the hub has no public address', async () => {
  const needing = connectors().filter((connector) => connector.needsPublicUrl)
  expect(needing.length).toBeGreaterThan(2)
  const words = 'start it with HUB_PUBLIC_URL=https://'
  const count = async (path: string) => (await admin.get(path)).text.split(words).length - 1
  const { publicUrl } = w.hub
  w.hub.publicUrl = 'http://localhost:8787'
  expect(await count('/setup')).toBe(needing.length)
  expect(await count(`/setup/connect/${needing[0]?.kind}`)).toBe(1)
  expect(await count('/setup/connect/telegram')).toBe(0)
  w.hub.publicUrl = publicUrl.replace('http:', 'https:')
  expect(await count('/setup')).toBe(0)
})
