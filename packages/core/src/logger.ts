/** One JSON line per event, for CloudWatch as for a terminal. */

import { redact } from './http/redact.ts'
import type { LogFields, Logger } from './hub.ts'

/** Whatever a caller passes by mistake: fields so named never reach a log. */
const PRIVATE =
  /^(text|body|parts|caption|content|subject|token|secret|password|credentials|authorization|cookie|address|phone|email)$|(token|secret|password|phone|address|body|text)$/i

const MAX = 500

export const jsonLogger = (
  write: (line: string) => unknown = (line) => process.stdout.write(line),
  now: () => Date = () => new Date(),
): Logger => {
  const log = (level: 'info' | 'warn' | 'error') => (event: string, fields?: LogFields) => {
    const { at: _at, level: _level, event: _event, ...rest } = fields ?? {}
    write(`${JSON.stringify({ at: now().toISOString(), level, event, ...clean(rest) })}\n`)
  }
  return { info: log('info'), warn: log('warn'), error: log('error') }
}

const clean = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (PRIVATE.test(name) ? [] : [[name, shown(value, 0)]])))

function shown(value: unknown, depth: number): unknown {
  if (value instanceof Error) return named(value, depth)
  if (typeof value === 'string') return cut(redact(value))
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return value.toJSON()
  if (depth === 3) return '[deep]'
  if (Array.isArray(value)) return value.slice(0, 20).map((one) => shown(one, depth + 1))
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (PRIVATE.test(name) ? [] : [[name, shown(inner, depth + 1)]])),
  )
}

/** No other property of an error: SDKs hang whole requests, headers and all, onto theirs. */
function named(error: Error, depth: number): Record<string, unknown> {
  const code = 'code' in error && ['string', 'number'].includes(typeof error.code) ? { code: error.code } : {}
  const cause = error.cause instanceof Error && depth < 3 ? { cause: named(error.cause, depth + 1) } : {}
  return { name: error.name, message: cut(redact(error.message)), ...code, ...cause }
}

const cut = (text: string) => (text.length > MAX ? `${text.slice(0, MAX)}…` : text)
