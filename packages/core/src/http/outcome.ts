/** What an error of a call tells: did the request leave us, did time run out, when may we come again. For every connector's classify. */

export type GuardCode =
  | 'URL_REFUSED'
  | 'TOO_MANY_REDIRECTS'
  | 'REDIRECTED'
  | 'TOO_LARGE'
  | 'BAD_ANSWER'
  | 'TIMEOUT'
  | 'CONNECT_TIMEOUT'

/** What the guarded fetch throws of its own; the message bears no URL. */
export class GuardError extends Error {
  override readonly name = 'GuardError'
  constructor(
    readonly code: GuardCode,
    message: string,
  ) {
    super(message)
  }
}

/** Met while a connection was being made, whatever the call. */
const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CONNECT_TIMEOUT',
  'URL_REFUSED',
  'ERR_INVALID_URL',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])
/** Codes as ETIMEDOUT come from a read as well as from a connect; the system call tells them apart. */
const CONNECTING = new Set(['connect', 'getaddrinfo', 'querya', 'queryaaaa'])

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

/** The errors inside an error: `cause`, or `error` where an SDK names it so. */
const inside = (error: unknown): unknown[] =>
  [field(error, 'cause'), field(error, 'error')].filter((inner) => inner instanceof Error)

/** True only where we know that no byte of the request reached the other side; anything else may have got through. */
export function isUnsent(error: unknown, depth = 0): boolean {
  if (depth > 8) return false
  const all = field(error, 'errors')
  if (Array.isArray(all) && all.length) return all.every((one) => isUnsent(one, depth + 1))
  const syscall = field(error, 'syscall')
  if (typeof syscall === 'string') return CONNECTING.has(syscall.toLowerCase())
  const code = field(error, 'code')
  if (typeof code === 'string' && UNSENT.has(code)) return true
  return inside(error).some((inner) => isUnsent(inner, depth + 1))
}

/** Time ran out, or the line was cut by a time limit: the other side may be at it still. */
export function isTimeout(error: unknown, depth = 0): boolean {
  if (depth > 8) return false
  const name = field(error, 'name')
  if (name === 'TimeoutError' || name === 'AbortError') return true
  const code = field(error, 'code')
  const late = ['ETIMEDOUT', 'ESOCKETTIMEDOUT', 'TIMEOUT', 'CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']
  if (typeof code === 'string' && (late.includes(code) || code === 'UND_ERR_CONNECT_TIMEOUT')) return true
  return inside(error).some((inner) => isTimeout(inner, depth + 1))
}

/** Seconds that a Retry-After header asks for, given as a number or as a date; `now` in milliseconds. Kept between a second and a day. */
export function retryAfter(header: string | null | undefined, now: number): number | undefined {
  if (!header) return undefined
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(header) ? Number(header) : (Date.parse(header) - now) / 1000
  return Number.isFinite(seconds) ? Math.min(Math.max(Math.ceil(seconds), 1), 86_400) : undefined
}
