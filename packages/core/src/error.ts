import type { ZodMiniType } from 'zod/mini'
import en from 'zod/v4/locales/en.js'

/** zod/mini comes without words ("Invalid input" for all); given per parse, for a global setting belongs to whoever embeds us. */
export const reasons = en().localeError

/**
 * The one error that a caller may see. It becomes an RFC 9457 problem: `code` is stable and for programs, `words` are for people
 * and say what to do. Everything else that is thrown is our fault and shows as `internal` without details.
 */
export class VisibleError extends Error {
  override readonly name = 'VisibleError'
  constructor(
    readonly status: number,
    readonly code: string,
    readonly words: string,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(`${code}: ${words}`)
  }
}

export type Problem = { type: string; title: string; status: number; code: string; detail: string } & Record<string, unknown>

/** RFC 9457 members; `type` is a stable URN because the hub has no public documentation host of its own. */
export function toProblem(error: unknown): Problem {
  const visible =
    error instanceof VisibleError
      ? error
      : new VisibleError(500, 'internal', 'Something went wrong on our side. Nothing was lost; please try again.')
  const { status, code, words, extra } = visible
  return { ...extra, type: `urn:throughline:problem:${code}`, title: code.replaceAll('_', ' '), status, code, detail: words }
}

/** Parse at the door: what does not fit becomes a 400 that names the field. */
export function parseAt<T>(schema: ZodMiniType<T>, value: unknown, code = 'bad_request'): T {
  const result = schema.safeParse(value, { error: reasons })
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message }))
  const first = issues[0]
  throw new VisibleError(400, code, `${first?.path || 'body'}: ${first?.message ?? 'does not fit'}`, { issues })
}
