/** Twilio's webhooks are forms of decoded strings. Twilio adds fields without notice, so all are kept: the signature is over all. */
import type { HookRequest } from '../../connector.ts'

export type Form = Record<string, string | string[]>

/** GET carries the fields in the query (they are then signed as part of the URL); everything else in the body. */
export function readForm(request: HookRequest): Form {
  const pairs = request.method === 'GET' ? request.query : new URLSearchParams(new TextDecoder().decode(request.body))
  const form: Form = Object.create(null)
  for (const [name, value] of pairs) {
    const before = form[name]
    if (before === undefined) form[name] = value
    // In place: a body of one name half a million times comes before any signature is looked at.
    else if (Array.isArray(before)) before.push(value)
    else form[name] = [before, value]
  }
  return form
}

/** The first value of a field; empty counts as absent, as Twilio sends empty fields for what it does not know. */
export function field(form: Form, name: string): string | undefined {
  const value = form[name]
  return (Array.isArray(value) ? value[0] : value) || undefined
}

export const isJson = (request: HookRequest) => (request.headers['content-type'] ?? '').includes('json')
