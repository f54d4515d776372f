/** The hub's own keys: encryption at rest and signing of our own links, by keys that are read once and can be exchanged. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { Secrets } from './secrets.ts'

const VERSION = 'v1'
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16
const SIGNATURE_BYTES = 16

type RingKey = { kid: string; seal: Buffer; sign: Buffer }

export class KeyringError extends Error {
  override readonly name = 'KeyringError'
}

/** One entry of a spec: a name and 32 random bytes. */
export const newKey = () => `k${randomBytes(4).toString('hex')}:${randomBytes(KEY_BYTES).toString('base64')}`

/** Separate keys for separate uses, so that neither use tells of the other's. */
const derive = (key: Buffer, use: string) => Buffer.from(hkdfSync('sha256', key, '', `throughline ${use}`, KEY_BYTES))

function readKey(entry: string, index: number): RingKey {
  const [kid = '', base64 = '', ...rest] = entry.trim().split(':')
  const key = Buffer.from(base64, 'base64')
  // The key itself is never part of the words.
  if (!/^[\w-]+$/.test(kid) || key.length !== KEY_BYTES || rest.length > 0) {
    throw new KeyringError(`Key ${index + 1} of the ring is not name:base64 of ${KEY_BYTES} bytes`)
  }
  return { kid, seal: derive(key, 'seal'), sign: derive(key, 'sign') }
}

const bound = (kid: string, context: string) => Buffer.from(`${VERSION}.${kid}.${context}`)

/**
 * `kid:base64key,kid2:…`. The first is current and seals; the others open what they sealed. To exchange a key put a new one in front
 * and keep the old one while anything is sealed with it.
 */
export function keyring(spec: string): Secrets {
  const keys = spec.split(',').map(readKey)
  const current = keys[0]
  if (!current) throw new KeyringError('The key ring is empty')
  const byKid = new Map(keys.map((key) => [key.kid, key]))
  if (byKid.size !== keys.length) throw new KeyringError('Two keys of the ring have one name')

  return {
    async seal(plain, context) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', current.seal, iv).setAAD(bound(current.kid, context))
      const data = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return [VERSION, current.kid, ...[iv, cipher.getAuthTag(), data].map((part) => part.toString('base64url'))].join('.')
    },

    async open(sealed, context) {
      const [version, kid = '', iv = '', tag = '', data = '', ...rest] = sealed.split('.')
      const key = byKid.get(kid)
      if (version !== VERSION || rest.length > 0) throw new KeyringError('Not something this hub has sealed')
      if (!key) throw new KeyringError(`The ring has no key named ${kid}`)
      try {
        const decipher = createDecipheriv('aes-256-gcm', key.seal, Buffer.from(iv, 'base64url'), { authTagLength: TAG_BYTES })
        decipher.setAAD(bound(kid, context)).setAuthTag(Buffer.from(tag, 'base64url'))
        return Buffer.concat([decipher.update(Buffer.from(data, 'base64url')), decipher.final()]).toString('utf8')
      } catch {
        throw new KeyringError('Sealed elsewhere, or changed since')
      }
    },

    sign: (text) => createHmac('sha256', current.sign).update(text).digest().subarray(0, SIGNATURE_BYTES).toString('base64url'),
  }
}
