/** Misbehaviour on request: each provider says it in its own words, here is only the counting. */
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'
import type { Sandbox } from './sandbox.ts'
import type { Provider } from './state.ts'

/** Bindings are absent where a test calls the app without a socket. */
export type Faulty = { Bindings: Partial<HttpBindings> }

/** Whether this call is to be refused, and how. */
export function faultOf(sandbox: Sandbox, provider: Provider): 'down' | { after: number } | undefined {
  const fault = sandbox.book.state.faults[provider]
  if (fault.down > 0) {
    fault.down--
    return 'down'
  }
  if (fault.limit > 0) {
    fault.limit--
    return { after: fault.retryAfter }
  }
  return undefined
}

export function shallDrop(sandbox: Sandbox, provider: Provider): boolean {
  const fault = sandbox.book.state.faults[provider]
  if (fault.drop <= 0) return false
  fault.drop--
  return true
}

/** Accepted, then silence: the caller cannot know. */
export function dropAnswer(sandbox: Sandbox, provider: Provider, c: Context<Faulty>): boolean {
  if (!shallDrop(sandbox, provider)) return false
  c.env.outgoing?.socket?.destroy()
  return true
}
