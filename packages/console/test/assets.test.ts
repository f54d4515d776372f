import { gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { bundle } from '../build.ts'
import { script } from '../src/assets/script.ts'
import { assets, scriptAsset, styleAsset } from '../src/assets.ts'

test('the committed script is what the sources make', async () => {
  expect(gunzipSync(Buffer.from(script, 'base64')).toString()).toBe(await bundle())
})

test('style and script are kept for ever under a name made of their content', async () => {
  const app = new Hono().route('/', assets())
  for (const { path, type } of [scriptAsset, styleAsset]) {
    const answer = await app.request(path, { headers: { 'accept-encoding': 'gzip' } })
    expect(answer.headers.get('content-type')).toBe(type)
    expect(answer.headers.get('cache-control')).toContain('immutable')
  }
})

test('a browser that takes no gzip gets the script plain', async () => {
  const app = new Hono().route('/', assets())
  const plain = await app.request(scriptAsset.path)
  expect(plain.headers.get('content-encoding')).toBeNull()
  expect(await plain.text()).toContain('htmx')
})
