/** Links to blobs for those who have no key: providers that fetch our media, browsers. Signed by us and expiring; the table knows none of them. */
import { timingSafeEqual } from 'node:crypto'
import type { Hub } from '../hub.ts'

/** `media:` keeps these signatures apart from others made by the same key. */
const signed = (hub: Pick<Hub, 'secrets'>, body: string) => Buffer.from(hub.secrets.sign(`media:${body}`))

/** A token for `/media/:signed`; `expiresAt` in seconds since 1970. `name`: what the file is called here, whatever it was uploaded as. */
export function signLink(hub: Pick<Hub, 'secrets'>, key: string, expiresAt: number, name?: string): string {
  const body = `${Math.floor(expiresAt).toString(36)}.${Buffer.from(name ? `${key}\0${name}` : key).toString('base64url')}`
  return `${body}.${signed(hub, body)}`
}

/** The blob's key, and the name for this link. Undefined: forged, cut off, or too old. */
export function openLink(hub: Pick<Hub, 'secrets' | 'now'>, token: string): { key: string; name?: string } | undefined {
  /** What follows the signature is a file's ending for who asks: the blob knows its type without. */
  const [expiresAt = '', key = '', signature = ''] = token.split('.')
  const expected = signed(hub, `${expiresAt}.${key}`)
  const given = Buffer.from(signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  if (!(Number.parseInt(expiresAt, 36) > hub.now() / 1000)) return undefined
  const [blob = '', name] = Buffer.from(key, 'base64url').toString().split('\0')
  return { key: blob, ...(name && { name }) }
}

/** The whole address of a blob, good for so many seconds. */
export const mediaUrl = (hub: Pick<Hub, 'secrets' | 'now' | 'publicUrl'>, key: string, seconds: number, name?: string): string =>
  `${hub.publicUrl}/media/${signLink(hub, key, hub.now() / 1000 + seconds, name)}`
