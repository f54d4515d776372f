import { mediaUrl, signLink } from '@throughline/core/blobs/link.ts'
import { beforeEach, expect, test } from 'vitest'
import { type Stage, stage, told } from './hub.ts'

let on: Stage
beforeEach(async () => {
  on = await stage()
})

const PNG = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 254])
const put = (bytes: Uint8Array, headers: Record<string, string>, query = '') =>
  on.ask('POST', `/v1/media${query}`, bytes, { headers })
const get = (blob: unknown, seconds = 60) =>
  on.api.request(mediaUrl(on.hub, String(blob), seconds).replace('https://hub.example', ''))

test('a file goes in as a form or as bare bytes and comes out of its signed link as it was', async () => {
  const form = new FormData()
  form.set('file', new File([PNG], 'cat.png', { type: 'image/png' }))
  const asForm = await on.ask('POST', '/v1/media', form)
  const asBytes = await put(PNG, { 'content-type': 'image/png' }, '?name=cat.png')
  for (const { status, json } of [asForm, asBytes]) {
    expect(status).toBe(201)
    expect(json).toMatchObject({ name: 'cat.png', mime: 'image/png', size: PNG.length })
    expect(json.blob).toMatch(/^w1\//)
    const answer = await get(json.blob)
    expect(answer.headers.get('content-type')).toBe('image/png')
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(PNG)
  }
})

test('a page or a drawing that could run as ours is only ever downloaded', async () => {
  for (const mime of ['text/html', 'image/svg+xml', 'application/xhtml+xml', 'nonsense']) {
    const { json } = await put(PNG, { 'content-type': mime }, '?name=../evil%22%0d%0a.html')
    const answer = await get(json.blob)
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename\*=UTF-8''[\w.%-]+$/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-security-policy')).toContain('sandbox')
  }
})

test('a long text is read in the browser, as text', async () => {
  const { blobs } = on.hub
  await blobs.put('w1/text/e/0', { bytes: new TextEncoder().encode('<b>Привет</b>'), mime: 'text/plain; charset=utf-8' })
  const answer = await get('w1/text/e/0')
  expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(answer.headers.get('content-disposition')).toMatch(/^inline/)
  expect(await answer.text()).toBe('<b>Привет</b>')
})

test('a link that is forged, cut, too old, or of another hub opens nothing', async () => {
  const { json } = await put(PNG, { 'content-type': 'image/png' })
  const blob = String(json.blob)
  const good = signLink(on.hub, blob, on.hub.now() / 1000 + 60)
  const [expiry = '', key = '', signature = ''] = good.split('.')
  const later = (Number.parseInt(expiry, 36) + 1000).toString(36)
  const elsewhere = await stage()
  const bad = [
    '',
    '.',
    'x',
    `${expiry}.${key}`,
    `${expiry}.${key}.`,
    `${later}.${key}.${signature}`,
    `${expiry}.${Buffer.from('w2/x').toString('base64url')}.${signature}`,
    signLink(elsewhere.hub, blob, on.hub.now() / 1000 + 60),
    signLink(on.hub, blob, on.hub.now() / 1000 - 1),
    signLink(on.hub, 'w1/nothing', on.hub.now() / 1000 + 60),
  ]
  expect((await on.api.request(`/media/${good}`)).status).toBe(200)
  expect((await on.api.request(`/media/${good}.jpg`)).status).toBe(200)
  for (const token of bad) expect([token, (await on.api.request(`/media/${token}`)).status]).toEqual([token, 404])
  on.clock.now += 61_000
  expect((await on.api.request(`/media/${good}`)).status).toBe(404)
})

test('too much, nothing, or no file at all', async () => {
  expect(told(await put(new Uint8Array(10 * 1024 * 1024 + 1), { 'content-type': 'image/png' }))).toBe('413 too_large')
  expect(told(await put(new Uint8Array(11 * 1024 * 1024), { 'content-type': 'image/png' }))).toBe('413 too_large')
  expect((await put(new Uint8Array(10 * 1024 * 1024), { 'content-type': 'image/png' })).status).toBe(201)
  expect(told(await put(new Uint8Array(0), { 'content-type': 'image/png' }))).toBe('400 empty_file')
  expect(told(await put(PNG, { 'content-type': 'multipart/form-data; boundary=x' }))).toBe('400 bad_form')
  const form = new FormData()
  form.set('picture', 'cat')
  expect(told(await on.ask('POST', '/v1/media', form))).toBe('400 bad_form')
})
