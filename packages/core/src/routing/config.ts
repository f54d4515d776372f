/** hub.config.ts in types: what a developer writes to route messages. Wrong files are refused with path and reason. */
import * as z from 'zod/mini'
import { reasons } from '../error.ts'

const oneOrMore = z.union([z.string(), z.array(z.string()).check(z.minLength(1))])
const clock = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time as 09:00'))
export const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** All that is named must hold. Several values: any of them. */
export const When = z.strictObject({
  /** Channel kinds: telegram, sms, whatsapp, viber, email. */
  channel: z.optional(oneOrMore),
  /** The text contains this, capitals or not. */
  text: z.optional(oneOrMore),
  /** The customer's first message ever (true), or not (false). */
  first: z.optional(z.boolean()),
  /** The customer bears this tag. */
  tag: z.optional(oneOrMore),
  /** Inside these hours of the configured time zone; `outside: true` turns it round. `to` may lie after midnight. */
  hours: z.optional(
    z.strictObject({ from: clock, to: clock, days: z.optional(z.array(z.enum(DAYS))), outside: z.optional(z.boolean()) }),
  ),
})
export type When = z.infer<typeof When>

export const Rule = z.strictObject({
  name: z.string().check(z.minLength(1)),
  when: z.optional(When),
  then: z.strictObject({
    /** Names or kinds of tool connections that get the message; `[]`: the inbox alone. Without it: all tools. */
    notify: z.optional(z.array(z.string())),
    tag: z.optional(z.array(z.string())),
    /** Sent back at once on the channel the message came by. */
    answer: z.optional(z.string().check(z.minLength(1), z.maxLength(4000))),
  }),
  /** Go on to the next rules too; otherwise the first that matches is the last. */
  continue: z.optional(z.boolean()),
})
export type Rule = z.infer<typeof Rule>

const zone = z.string().check(
  z.refine((name) => {
    try {
      return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
    } catch {
      return false
    }
  }, 'an IANA time zone as Europe/Berlin'),
)

export const RoutingConfig = z.strictObject({
  timezone: z._default(zone, 'UTC'),
  /** Channels by preference, for customers of whom nothing better is known. */
  order: z._default(z.array(z.string()), []),
  /** Language of the sentences that say why. */
  language: z._default(z.enum(['en', 'ru']), 'en'),
  rules: z._default(z.array(Rule), []),
})
export type RoutingConfig = z.infer<typeof RoutingConfig>
export type RoutingInput = z.input<typeof RoutingConfig>

export const defineConfig = (config: RoutingInput): RoutingInput => config

export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** `hub.config.ts: rules.0.when.channel: expected string` for whatever does not fit. */
export function parseConfig(value: unknown, file = 'hub.config.ts'): RoutingConfig {
  const result = RoutingConfig.safeParse(value, { error: reasons })
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => `${file}: ${issue.path.map(String).join('.') || '(file)'}: ${issue.message}`)
  throw new ConfigError(lines.join('\n'))
}
