/** Who gets in where: strangers at the sandbox, unknown mailboxes, the command line. */

import { readFile, stat } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileBlobs } from '../src/blobs.ts'
import { askControl } from '../src/control.ts'
import { business } from '../src/sandbox/ann.ts'
import { readSettings } from '../src/settings.ts'
import { openHub, type TestHub } from './hub.ts'
import { until } from './place.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await openHub()
})
afterAll(() => hub.end())

/** With headers that fetch would not let us set. */
const status = (path: string, headers: Record<string, string>, method = 'GET') =>
  new Promise<number>((resolve, reject) => {
    const asked = request({ port: hub.port, host: '127.0.0.1', path, method, headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    asked.on('error', reject).end()
  })

test('the sandbox is for this machine: not through a tunnel, a proxy or another name', async () => {
  expect(await status('/sandbox', {})).toBe(200)
  expect(await status('/sandbox', { host: `localhost:${hub.port}` })).toBe(200)
  expect(await status('/sandbox', { host: 'hub.example.com' })).toBe(403)
  expect(await status('/sandbox/phones.json', { 'x-forwarded-for': '203.0.113.9' })).toBe(403)
  expect(await status(`/sandbox/telegram/bot${hub.sandbox.book.state.telegram.token}/getMe`, { host: 'evil.example' })).toBe(403)
})

test('a page of another site cannot write on a phone', async () => {
  expect(await status('/sandbox/phones/telegram/contact', { origin: 'https://evil.example' }, 'POST')).toBe(403)
  expect(await status('/sandbox/phones/telegram/contact', { 'sec-fetch-site': 'cross-site' }, 'POST')).toBe(403)
  expect(hub.sandbox.book.state.phones.telegram).toEqual([])
})

test('its visitor is an agent, under a strict policy', async () => {
  const answer = await fetch(`${hub.base}/sandbox`)
  const policy = answer.headers.get('content-security-policy')
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/unsafe|https?:/)
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  expect((await fetch(`${hub.base}/inbox?embed=1`, { headers: { cookie } })).status).toBe(200)
  expect((await fetch(`${hub.base}/setup`, { headers: { cookie } })).status).toBe(403)
  expect((await fetch(`${hub.base}/inbox?embed=1`)).status).toBe(401)
})

test('a forged webhook is refused with a stable code', async () => {
  const { connections } = Object(await hub.ask('/connections'))
  for (const { webhookUrl, kind } of connections) {
    if (kind === 'email') continue
    const answer = await fetch(webhookUrl, { method: 'POST', body: '{}' })
    expect([kind, answer.status, (await answer.json()).code]).toEqual([kind, 401, 'bad_signature'])
  }
})

test('the SMTP door takes mail for known mailboxes only, and keeps before it says so', async () => {
  const transport = createTransport({ host: '127.0.0.1', port: hub.smtpPort })
  const mail = { from: 'Bob <bob@elsewhere.example>', subject: 'Hi', text: 'Anybody there?' }
  await expect(transport.sendMail({ ...mail, to: 'nobody@demo.example' })).rejects.toMatchObject({ responseCode: 550 })
  await transport.sendMail({ ...mail, to: business.email.toUpperCase() })
  const customer = await until(async () => (await hub.customers())[0])
  expect(await hub.entries(customer.id)).toMatchObject([{ kind: 'message', parts: [{ text: 'Anybody there?' }] }])
})

test('the command line reaches the running hub, with a token that only its owner can read', async () => {
  const file = join(hub.dir, 'control.json')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await stat(join(hub.dir, 'keys'))).mode & 0o777).toBe(0o600)
  const lines = await askControl(hub.dir, ['workspace', 'add', 'Second', 'Shop'])
  expect(lines).toEqual([
    expect.stringMatching(/^id +\w+/),
    expect.stringMatching(/^API key +tl_/),
    expect.stringMatching(/\/admin\//),
  ])
  expect(await askControl(hub.dir, ['workspace', 'list'])).toHaveLength(2)
  await expect(askControl(hub.dir, ['admin-link', 'No such'])).rejects.toThrow('There is no workspace No such')
  await expect(askControl(hub.dir, ['nonsense'])).rejects.toThrow('npm run hub')

  const key = lines?.[1]?.split(/\s+/).at(-1)
  const answer = await fetch(`${hub.base}/v1/customers`, { headers: { authorization: `Bearer ${key}` } })
  expect(await answer.json()).toMatchObject({ customers: [] })

  const { port } = JSON.parse(await readFile(file, 'utf8'))
  expect((await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: '["workspace","list"]' })).status).toBe(401)
})

test('blobs are whole or absent, whatever their key', async () => {
  const blobs = fileBlobs(join(hub.dir, 'own'))
  const key = '../../w/äé 🙂\u0000/'
  await blobs.put(key, { bytes: new Uint8Array([0, 10, 13, 255]), mime: 'image/png', name: 'a\nb.png' })
  expect(await blobs.get(key)).toEqual({ bytes: new Uint8Array([0, 10, 13, 255]), mime: 'image/png', name: 'a\nb.png' })
  await blobs.delete(key)
  await blobs.delete(key)
  expect(await blobs.get(key)).toBeUndefined()
})

test('a wrong setting is named, and its value is not', () => {
  expect(() => readSettings({ PORT: 'abc' })).toThrow('PORT: a port number')
  expect(() => readSettings({ HUB_API_KEY: 'short-secret' })).toThrow(/^HUB_API_KEY: at least 16 characters$/)
  expect(() => readSettings({ HUB_PUBLIC_URL: 'https://x.example/path' })).toThrow('HUB_PUBLIC_URL')
  expect(readSettings({ SMTP_URL: '', TWILIO_API_ROOT: 'http://127.0.0.1:1' }).apiRoots).toEqual({
    sms: 'http://127.0.0.1:1',
    whatsapp: 'http://127.0.0.1:1',
  })
})
