/** What every store agrees on, so that the memory store in tests and DynamoDB in production never differ. */
import type { Condition, Item, Key, Value } from './store.ts'

const isObject = (value: Value | undefined): value is { [name: string]: Value | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * A deep copy as the table keeps it: undefined is left out, a lone surrogate (which has no UTF-8) becomes U+FFFD, a number that
 * cannot be kept exactly is refused before it is written wrong.
 */
export function clean(value: Value): Value {
  if (typeof value === 'string') return value.toWellFormed()
  if (typeof value === 'number') return cleanNumber(value)
  if (Array.isArray(value)) return value.map(clean)
  return isObject(value) ? cleanRecord(value) : value
}

export function cleanRecord(record: Record<string, Value | undefined>): Record<string, Value> {
  const kept: [string, Value][] = []
  for (const [name, value] of Object.entries(record)) {
    if (value !== undefined) kept.push([name.toWellFormed(), clean(value)])
  }
  return Object.fromEntries(kept)
}

function cleanNumber(value: number): number {
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER) return value === 0 ? 0 : value
  throw new RangeError('A number beyond the safe integers cannot be stored exactly: keep it as a string')
}

const MAX_KEY_BYTES = { pk: 2048, sk: 1024 }

/** A key is an address: it is refused rather than mended, or two of them could become one. */
export function checkKey<K extends Key>(key: K): K {
  for (const part of ['pk', 'sk'] as const) {
    const text = key[part]
    if (text === '' || !text.isWellFormed() || Buffer.byteLength(text) > MAX_KEY_BYTES[part]) {
      throw new RangeError(`Not a key: ${part} is empty, too long or not well-formed text`)
    }
  }
  return key
}

/** A cleaned item. Whatever the table returns passes here, so that nothing without a key is taken for an item. */
export function toItem(record: Record<string, Value>): Item {
  const { pk, sk, expiresAt, listPk, listSk, ...rest } = record
  if (typeof pk !== 'string' || typeof sk !== 'string') throw new TypeError('An item has a pk and an sk')
  return {
    ...rest,
    pk,
    sk,
    ...(typeof expiresAt === 'number' ? { expiresAt } : {}),
    ...(typeof listPk === 'string' ? { listPk } : {}),
    ...(typeof listSk === 'string' ? { listSk } : {}),
  }
}

export const seconds = (now: () => number) => Math.floor(now() / 1000)

/** The table deletes late, by days: until then the item is absent to us. */
export const alive = (item: Item | undefined, now: number): item is Item =>
  item !== undefined && (item.expiresAt === undefined || item.expiresAt > now)

/** Does the condition hold on this item (undefined: absent)? */
export function holds(item: Item | undefined, when: Condition | undefined): boolean {
  if (!when) return true
  if ('absent' in when) return item === undefined
  if ('equals' in when) return Object.entries(when.equals).every(([name, value]) => item?.[name] === cleanExpected(value))
  return Object.entries(when.below).every(([name, limit]) => {
    const value = item?.[name]
    return value === undefined || (typeof value === 'number' && value < limit)
  })
}

const cleanExpected = (value: string | number | boolean | undefined) => (value === undefined ? undefined : clean(value))

/** The order of sort keys: bytes of UTF-8, which is not the order of JavaScript's UTF-16 once there are surrogates. */
export function compare(a: string, b: string): number {
  if (a === b) return 0
  if (/[\ud800-\uffff]/.test(a) && /[\ud800-\uffff]/.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return a < b ? -1 : 1
}
