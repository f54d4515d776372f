/** Our webhook as Twilio is told it. */
import type { Connection } from '../../connector.ts'

/**
 * Twilio does not retry a 5xx or a slow answer unless the URL's fragment says so, and gives up after 15 seconds in all: so each try has
 * four. The fragment is never sent and never signed.
 */
const RETRY = '#rc=5&rp=ct,5xx,rt&rt=4000&tt=15000'

export const hookFor = (connection: Connection, query = '') => connection.hookUrl + query + RETRY

/** Twilio calls public HTTPS addresses; a stand-in beside us calls anything. */
export const isReachable = (connection: Connection) => connection.hookUrl.startsWith('https://') || Boolean(connection.apiRoot)

/** What the provider holds, without the fragment, against what we would tell it. */
export const isOurHook = (url: string | null | undefined, connection: Connection) => url?.split('#')[0] === connection.hookUrl
