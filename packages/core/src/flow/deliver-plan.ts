import * as z from 'zod/mini'
import { Decision } from '../delivery/decision.ts'

/** What was decided for one reply, held with the cursor and executed as stored. */
export const Plan = z.object({
  decision: Decision,
  /** How many units it was lowered to for the chosen channel. */
  units: z.number(),
  /** Identities on which it failed for good. */
  failed: z.array(z.string()),
})
export type Plan = z.infer<typeof Plan>
