/** The form of a Twilio account on the setup page, and where a connection's sender is read. */
import * as z from 'zod/mini'
import type { Connection } from '../../connector.ts'

const hint = <S extends z.ZodMiniType>(schema: S, title: string, description: string): S => {
  z.globalRegistry.add(schema, { title, description })
  return schema
}

export const twilioCredentials = z.object({
  accountSid: hint(
    z.string().check(z.regex(/^AC[0-9a-fA-F]{32}$/, 'an Account SID: AC and 32 hex digits')),
    'Account SID',
    'Twilio Console, first page, Account Info. Begins with AC.',
  ),
  authToken: hint(
    z.string().check(z.minLength(1)),
    'Auth Token',
    'The primary Auth Token of this very account (a sub-account has its own): it signs what Twilio sends us.',
  ),
  secondaryToken: hint(
    z.optional(z.string()),
    'Secondary Auth Token (optional)',
    'Only while you change tokens: requests signed with it are taken as well, so that nothing is refused when Twilio promotes it.',
  ),
  apiKey: hint(
    z.optional(z.string()),
    'API key SID (optional)',
    'SK…: calls to Twilio then use this key instead of the Auth Token.',
  ),
  apiSecret: hint(z.optional(z.string()), 'API key secret (optional)', 'Goes with the API key SID.'),
})

const sender = z
  .string()
  .check(z.regex(/^((whatsapp:)?\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/, 'a number such as +15005550006'))

export const twilioSettings = z.object({
  from: hint(
    z.optional(sender),
    'Number',
    'The number that sends and receives, with + and country code; for SMS also a short code, or a name, which only sends.',
  ),
  messagingServiceSid: hint(
    z.optional(z.string().check(z.regex(/^MG[0-9a-fA-F]{32}$/, 'a Messaging Service SID: MG and 32 hex digits'))),
    'Messaging Service SID (instead of a number)',
    'MG…: Twilio then picks a number of this service.',
  ),
})

export const TWILIO_SECRETS = ['authToken', 'secondaryToken', 'apiSecret'] as const

export type Account = { accountSid: string; authToken: string; apiKey?: string; apiSecret?: string }

const text = (value: unknown): string | undefined => (typeof value === 'string' && value ? value : undefined)

export function accountOf({ credentials }: Connection): Account {
  const apiKey = text(credentials.apiKey)
  const apiSecret = text(credentials.apiSecret)
  return {
    accountSid: text(credentials.accountSid) ?? '',
    authToken: text(credentials.authToken) ?? '',
    ...(apiKey && apiSecret && { apiKey, apiSecret }),
  }
}

export type Origin = { from: string } | { messagingServiceSid: string } | undefined

export function originOf({ settings }: Connection): Origin {
  const from = text(settings.from)?.replace(/^whatsapp:/, '')
  const messagingServiceSid = text(settings.messagingServiceSid)
  return from ? { from } : messagingServiceSid ? { messagingServiceSid } : undefined
}
