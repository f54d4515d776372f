/** The hub of functions that call out: apart from runtime.ts, so that the doors carry no provider's SDK. */
import { channelCalls } from '@throughline/core/channels/calls.ts'
import { providerFetch } from '@throughline/core/http/call.ts'
import { guardedFetch } from '@throughline/core/http/guard.ts'
import type { CallingHub, Hub } from '@throughline/core/hub.ts'
import { toolCalls } from '@throughline/core/tools/calls.ts'
import { hub } from './runtime.ts'

/** Below the functions' own time limit (infra/queues.ts), so that a slow provider is an error that we can tell of. */
const TIMEOUT = 20_000
const MAX_BYTES = 25 * 1024 * 1024

const isCalling = (one: Hub): one is CallingHub => 'channelCalls' in one

const withCalls = (one: Hub): CallingHub => ({
  ...one,
  channelCalls,
  toolCalls,
  fetch: providerFetch({ timeout: TIMEOUT }),
  guardedFetch: guardedFetch({ allow: [], maxBytes: MAX_BYTES, timeout: TIMEOUT }),
})

let made: { of: Hub; calling: CallingHub } | undefined

export function callingHub(): CallingHub {
  const one = hub()
  if (isCalling(one)) return one
  if (made?.of !== one) made = { of: one, calling: withCalls(one) }
  return made.calling
}
