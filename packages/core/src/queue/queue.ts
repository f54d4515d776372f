/** Pokes: "log L has something new". They carry nothing that matters; a lost, repeated or reordered one does no harm (DESIGN 1.1). */
import * as z from 'zod/mini'

export const Poke = z.object({
  to: z.enum(['route', 'fetch', 'deliver', 'mirror']),
  workspace: z.string(),
  log: z.string(),
  /** Of a mirror. */
  connection: z.optional(z.string()),
})
export type Poke = z.infer<typeof Poke>

export type Queue = {
  /** One call per queue and ten pokes. Each bears a unique deduplication id; group = log, for mirrors log + connection. */
  send(pokes: readonly Poke[]): Promise<void>
}

export const groupOf = (poke: Poke) => [poke.workspace, poke.log, poke.connection].filter(Boolean).join('/')
