import type { CallContext, Connection, Failure } from '../../connector.ts'
import type { Entry } from '../../entry.ts'
import { VisibleError } from '../../error.ts'
import { GuardError, isTimeout, isUnsent, retryAfter } from '../../http/outcome.ts'
import type { ToolCalls } from '../../tool.ts'
import { Settings } from './index.ts'
import { signHeaders, signingSecret } from './sign.ts'

/** The first step; the hub grows it with every try. */
const FIRST_STEP = 5

/** The receiver answered, but not with 2xx. */
class Refused extends Error {
  override readonly name = 'Refused'
  constructor(
    readonly status: number,
    readonly after: number | undefined,
  ) {
    super(`the receiver answered ${status}`)
  }
}

const typeOf = (entry: Entry): string => {
  if (entry.kind !== 'message') return entry.kind
  return entry.direction === 'in' ? 'message.received' : 'message.sent'
}

/** A redirect is not followed: the receiver's address is what the administrator typed, and what was signed for. */
async function send(id: string, payload: object, connection: Connection, context: CallContext): Promise<void> {
  const body = JSON.stringify(payload)
  const now = context.now()
  const response = await context.guardedFetch(Settings.parse(connection.settings).url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...signHeaders(signingSecret(connection.secret), id, Math.floor(now / 1000), body),
    },
    body,
    redirect: 'manual',
  })
  await response.body?.cancel()
  if (!response.ok) throw new Refused(response.status, retryAfter(response.headers.get('retry-after'), now))
}

const ping = (connection: Connection, context: CallContext): Promise<void> => {
  const at = new Date(context.now())
  const payload = { type: 'test', timestamp: at.toISOString(), data: { connection: connection.id } }
  return send(`test_${connection.id}_${at.getTime()}`, payload, connection, context)
}

export const webhookCalls: ToolCalls = {
  /** The receiver cannot know the secret yet, so what it answers now says nothing; only an address that may not be called counts. */
  async connect(connection, context) {
    const { url } = Settings.parse(connection.settings)
    await ping(connection, context).catch((error: unknown) => {
      if (error instanceof GuardError && error.code === 'URL_REFUSED') throw new VisibleError(422, 'url_refused', error.message)
    })
    return {
      account: connection.id,
      // Paths of such addresses often are secrets by themselves.
      address: new URL(url).host,
      showOnce: { secret: signingSecret(connection.secret) },
    }
  },

  async check(connection, context) {
    const name = 'A signed test message'
    try {
      await ping(connection, context)
      return [{ name, ok: true, words: 'The receiver took it.' }]
    } catch (error) {
      return [{ name, ok: false, words: classify(error).words }]
    }
  },

  open: async () => '',

  async post(_thread, view, card, connection, context) {
    const { entry, meaning } = view
    const data = { customer: card, entry, ...(meaning ? { meaning } : {}) }
    await send(entry.id, { type: typeOf(entry), timestamp: entry.at, data }, connection, context)
    return entry.id
  },

  classify,
}

function classify(error: unknown): Failure {
  if (error instanceof Refused) return refused(error)
  const again = { after: FIRST_STEP }
  if (error instanceof GuardError && error.code === 'URL_REFUSED')
    return { code: 'notConfigured', again: 'never', certain: true, words: error.message, provider: error.code }
  if (isUnsent(error)) return { code: 'notSent', again, certain: true, words: 'The receiver could not be reached.' }
  if (isTimeout(error)) return { code: 'timeout', again, certain: false, words: 'The receiver did not answer in time.' }
  return { code: 'unknown', again, certain: false, words: 'The connection to the receiver broke off.' }
}

function refused({ status, after = FIRST_STEP }: Refused): Failure {
  const provider = String(status)
  if (status === 410) {
    const words = 'The receiver says that this address is gone for good (410). The webhook is switched off.'
    return { code: 'notConfigured', again: 'never', certain: true, words, effect: 'unauthorized', provider }
  }
  const again = { after }
  const words = `The receiver answered ${status}.`
  if (status === 429)
    return { code: 'rateLimited', again, certain: true, words: 'The receiver asks us to slow down (429).', provider }
  if (status === 401 || status === 403)
    return { code: 'unauthorized', again, certain: true, words: `${words} Does it know the signing secret?`, provider }
  if (status >= 500) return { code: 'providerDown', again, certain: false, words, provider }
  if (status === 404 || status < 400)
    return { code: 'notConfigured', again, certain: true, words: `${words} Is the address right?`, provider }
  return { code: 'badContent', again, certain: true, words, provider }
}
