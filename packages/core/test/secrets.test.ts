import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { KeyringError, keyring, newKey } from '../src/secrets/keyring.ts'

const CONTEXT = 'w1/connection1'
const PLAIN = '{"token":"123:secret é 👋"}'

describe('key ring', () => {
  it('opens what it sealed, and the sealed text shows nothing of it', async () => {
    const ring = keyring(newKey())
    const sealed = await ring.seal(PLAIN, CONTEXT)
    expect(sealed).toMatch(/^v1\.k[0-9a-f]{8}\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/)
    expect(Buffer.from(sealed.split('.')[4] ?? '', 'base64url').includes('token')).toBe(false)
    expect(await ring.open(sealed, CONTEXT)).toBe(PLAIN)
    expect(await ring.open(await ring.seal('', CONTEXT), CONTEXT)).toBe('')
  })

  it('never seals twice the same', async () => {
    const ring = keyring(newKey())
    expect(await ring.seal(PLAIN, CONTEXT)).not.toBe(await ring.seal(PLAIN, CONTEXT))
  })

  it('opens only where it was sealed', async () => {
    const ring = keyring(newKey())
    const sealed = await ring.seal(PLAIN, CONTEXT)
    await expect(ring.open(sealed, 'w2/connection1')).rejects.toThrow(KeyringError)
    await expect(ring.open(sealed, '')).rejects.toThrow(KeyringError)
  })

  it('refuses every text that was changed anywhere', async () => {
    const ring = keyring(newKey())
    const sealed = await ring.seal(PLAIN, CONTEXT)
    for (let index = 0; index < sealed.length; index++) {
      // The high bit of the six: the low bits of a last letter may be padding that says nothing.
      const other = sealed[index] === 'g' ? 'A' : 'g'
      const changed = sealed.slice(0, index) + other + sealed.slice(index + 1)
      await expect(ring.open(changed, CONTEXT), `letter ${index}`).rejects.toThrow(KeyringError)
    }
    for (const odd of ['', 'v1', `${sealed}.x`, sealed.slice(0, -1), sealed.replace(/\.[\w-]{22}\./, '.AAAA.')]) {
      await expect(ring.open(odd, CONTEXT), odd).rejects.toThrow(KeyringError)
    }
  })

  it('seals by the first key and opens by all', async () => {
    const [old, fresh] = [newKey(), newKey()]
    const sealed = await keyring(old).seal(PLAIN, CONTEXT)
    const both = keyring(`${fresh},${old}`)
    expect(await both.open(sealed, CONTEXT)).toBe(PLAIN)
    const renewed = await both.seal(PLAIN, CONTEXT)
    expect(await keyring(fresh).open(renewed, CONTEXT)).toBe(PLAIN)
    await expect(keyring(old).open(renewed, CONTEXT)).rejects.toThrow(/no key named/)
  })

  it('refuses a key under the name of another', async () => {
    const sealed = await keyring(`a:${randomBytes(32).toString('base64')}`).seal(PLAIN, CONTEXT)
    const ring = keyring(`a:${randomBytes(32).toString('base64')}`)
    await expect(ring.open(sealed, CONTEXT)).rejects.toThrow(KeyringError)
  })

  it('signs the same the same, and otherwise under another key or text', () => {
    const [one, two] = [newKey(), newKey()]
    expect(keyring(one).sign('media/1')).toBe(keyring(`${one},${two}`).sign('media/1'))
    expect(keyring(one).sign('media/1')).toMatch(/^[\w-]{22}$/)
    expect(keyring(one).sign('media/1')).not.toBe(keyring(one).sign('media/2'))
    expect(keyring(one).sign('media/1')).not.toBe(keyring(two).sign('media/1'))
  })

  it('refuses a bad ring without telling the key', () => {
    const short = randomBytes(16).toString('base64')
    const key = newKey()
    for (const spec of [
      '',
      'nothing',
      `a:${short}`,
      `:${short}`,
      `${key},`,
      `${key}:x`,
      `${key},${key}`,
      `a b:${key.split(':')[1]}`,
    ]) {
      expect(() => keyring(spec), spec).toThrow(KeyringError)
    }
    expect(() => keyring(`a:${short}`)).not.toThrow(new RegExp(short.slice(0, 8)))
  })
})
