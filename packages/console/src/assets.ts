/** Style and script, served by ourselves under a name made of their content, so that browsers may keep them for ever. */
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { script } from './assets/script.ts'
import { style } from './assets/style.ts'

type Asset = { path: string; type: string; plain: () => string | Uint8Array<ArrayBuffer>; gzip?: Uint8Array<ArrayBuffer> }
const short = (content: string) => createHash('sha256').update(content).digest('base64url').slice(0, 10)

const packed = Uint8Array.from(Buffer.from(script, 'base64'))
export const scriptAsset: Asset = {
  path: `/assets/console-${short(script)}.js`,
  type: 'text/javascript; charset=utf-8',
  plain: () => Uint8Array.from(gunzipSync(packed)),
  gzip: packed,
}
export const styleAsset: Asset = {
  path: `/assets/console-${short(style)}.css`,
  type: 'text/css; charset=utf-8',
  plain: () => style,
}

export function assets(): Hono {
  const app = new Hono()
  for (const asset of [scriptAsset, styleAsset]) {
    app.get(asset.path, (c) => {
      c.header('content-type', asset.type)
      c.header('cache-control', 'public, max-age=31536000, immutable')
      c.header('x-content-type-options', 'nosniff')
      c.header('vary', 'accept-encoding')
      if (!asset.gzip || !c.req.header('accept-encoding')?.includes('gzip')) return c.body(asset.plain())
      c.header('content-encoding', 'gzip')
      return c.body(asset.gzip)
    })
  }
  return app
}
