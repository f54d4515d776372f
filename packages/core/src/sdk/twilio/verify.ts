/**
 * X-Twilio-Signature by Twilio's own code (the webhooks file alone: 4 KiB bundled). Only the account's primary AuthToken signs;
 * API keys do not. The signature has no time in it, so a replay is the claims' business.
 */
import { validateRequest, validateRequestWithBody } from 'twilio/lib/webhooks/webhooks.js'
import type { Connection, HookRequest } from '../../connector.ts'
import { field, isJson, readForm } from './form.ts'

export function verifyTwilio(request: HookRequest, connection: Connection): boolean {
  const { authToken, secondaryToken } = connection.credentials
  // While tokens are changed, Twilio signs with either.
  return [authToken, secondaryToken].some(
    (token) => typeof token === 'string' && token !== '' && signedBy(token, request, connection),
  )
}

function signedBy(token: string, request: HookRequest, connection: Connection): boolean {
  const signature = request.headers['x-twilio-signature']
  if (!signature) return false
  try {
    if (isJson(request)) return validateRequestWithBody(token, signature, request.url, new TextDecoder().decode(request.body))
    const form = readForm(request)
    // A token can be given to a second account by mistake; its messages are not this connection's.
    if (field(form, 'AccountSid') !== connection.credentials.accountSid) return false
    return validateRequest(token, signature, request.url, request.method === 'GET' ? {} : form)
  } catch {
    return false
  }
}
