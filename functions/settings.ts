/** What the deployment tells the functions. On Lambda SST's links bear it, elsewhere the environment. */
import { ConfigError } from '@throughline/core/routing/config.ts'
import * as z from 'zod/mini'

const text = z.string().check(z.minLength(1))

export const Settings = z.object({
  table: text,
  bucket: text,
  queues: z.object({ route: text, fetch: text, deliver: text, mirror: text }),
  /** Public base of our own URLs. */
  publicUrl: z.string().check(z.regex(/^https?:\/\/[^/?#]+$/, 'an address as https://hub.example.com, without a path')),
  /** The key ring, `name:base64,…` (core/secrets/keyring.ts). */
  keys: text,
})
export type Settings = z.infer<typeof Settings>

/** The same names as the fields, for machines without SST. Engines of another make are named to AWS's SDK itself: AWS_ENDPOINT_URL_DYNAMODB … */
export const fromEnvironment = (env: Record<string, string | undefined>): unknown => ({
  table: env.HUB_TABLE,
  bucket: env.HUB_BUCKET,
  queues: {
    route: env.HUB_QUEUE_ROUTE,
    fetch: env.HUB_QUEUE_FETCH,
    deliver: env.HUB_QUEUE_DELIVER,
    mirror: env.HUB_QUEUE_MIRROR,
  },
  publicUrl: env.HUB_PUBLIC_URL,
  keys: env.HUB_KEYS,
})

/** Says which setting does not fit, never its value: one of them is a secret. */
export function parseSettings(value: unknown): Settings {
  const result = Settings.safeParse(value)
  if (result.success) return result.data
  const lines = result.error.issues.map((issue) => `settings: ${issue.path.map(String).join('.')}: ${issue.message}`)
  throw new ConfigError(lines.join('\n'))
}
