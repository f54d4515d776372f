/** What the environment says (DESIGN 10). Wrong values stop the start with their name, never with their value: some are secret. */
import { resolve } from 'node:path'
import * as z from 'zod/mini'

/** For the person at the terminal: shown without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

const text = z.string().check(z.minLength(1))
const port = z.pipe(
  z.pipe(
    z.string().check(z.regex(/^\d{1,5}$/, 'a port number')),
    z.transform((value) => Number(value)),
  ),
  z.number().check(z.maximum(65_535)),
)
const url = (scheme: RegExp, example: string) => z.optional(z.string().check(z.regex(scheme, `an address as ${example}`)))
const http = /^https?:\/\/[^?#]+$/

const Environment = z.object({
  PORT: z._default(port, 8787),
  /** The address to listen on. A hub behind a proxy on another machine needs 0.0.0.0; the sandbox stays on the loopback. */
  HUB_HOST: z._default(text, '127.0.0.1'),
  HUB_DATA: z._default(text, '.hub'),
  HUB_CONFIG: z._default(text, 'hub.config.ts'),
  HUB_PUBLIC_URL: url(/^https?:\/\/[^/?#]+$/, 'https://hub.example.com, without a path'),
  HUB_API_KEY: z.optional(z.string().check(z.minLength(16, 'at least 16 characters'))),
  HUB_KEYS: z.optional(text),
  HUB_ALLOW_PRIVATE_URLS: z.optional(text),
  SMTP_PORT: z._default(port, 2525),
  SMTP_URL: url(/^smtps?:\/\/.+$/, 'smtp://user:password@mail.example.com:587'),
  TELEGRAM_API_ROOT: url(http, 'http://127.0.0.1:8081'),
  TWILIO_API_ROOT: url(http, 'http://127.0.0.1:4010'),
  VIBER_API_ROOT: url(http, 'http://127.0.0.1:4011'),
  SLACK_API_ROOT: url(http, 'http://127.0.0.1:4012'),
})
type Environment = z.infer<typeof Environment>

export type Settings = {
  port: number
  host: string
  dir: string
  configFile: string
  publicUrl: string | undefined
  apiKey: string | undefined
  keys: string | undefined
  allowPrivateUrls: boolean
  smtpPort: number
  /** By connector kind. */
  apiRoots: Record<string, string>
}

export function readSettings(env: Record<string, string | undefined>): Settings {
  // An empty variable is one that somebody switched off.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''))
  const result = Environment.safeParse(given)
  if (result.success) return toSettings(result.data)
  const lines = result.error.issues.map((issue) => `${issue.path.map(String).join('.')}: ${issue.message}`)
  throw new StartError(lines.join('\n'))
}

function toSettings(given: Environment): Settings {
  const roots = {
    telegram: given.TELEGRAM_API_ROOT,
    sms: given.TWILIO_API_ROOT,
    whatsapp: given.TWILIO_API_ROOT,
    viber: given.VIBER_API_ROOT,
    slack: given.SLACK_API_ROOT,
    email: given.SMTP_URL,
  }
  return {
    port: given.PORT,
    host: given.HUB_HOST,
    dir: resolve(given.HUB_DATA),
    configFile: resolve(given.HUB_CONFIG),
    publicUrl: given.HUB_PUBLIC_URL,
    apiKey: given.HUB_API_KEY,
    keys: given.HUB_KEYS,
    allowPrivateUrls: given.HUB_ALLOW_PRIVATE_URLS === '1',
    smtpPort: given.SMTP_PORT,
    apiRoots: Object.fromEntries(Object.entries(roots).flatMap(([kind, root]) => (root ? [[kind, root]] : []))),
  }
}
