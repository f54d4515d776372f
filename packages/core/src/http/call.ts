import { redact } from './redact.ts'

/** fetch to a provider's own API: with a time limit unless the caller brings a signal, and with errors that quote no credentials. */
export const providerFetch =
  (options: { timeout: number; fetch?: typeof fetch }): typeof fetch =>
  async (input, init) => {
    const limit = init?.signal ?? (input instanceof Request ? input.signal : AbortSignal.timeout(options.timeout))
    try {
      return await (options.fetch ?? fetch)(input, { ...init, signal: limit })
    } catch (error) {
      throw presentable(error)
    }
  }

/** The cause stays, for it tells whether the request left; not that of a malformed URL, which quotes it. */
function presentable(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error
  const { cause } = error
  if (!(cause instanceof TypeError && 'input' in cause)) return new TypeError(redact(error.message), { cause })
  return Object.assign(new TypeError('The URL is malformed'), { code: 'ERR_INVALID_URL' })
}
