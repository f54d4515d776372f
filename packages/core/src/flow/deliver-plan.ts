import * as z from 'zod/mini'
import { Decision } from '../delivery/decision.ts'
import type { Cursor } from '../stream/cursor.ts'

/** What was decided for one reply, held with the cursor and executed as stored. */
export const Plan = z.object({
  decision: Decision,
  /** How many units it was lowered to for the chosen channel. */
  units: z.number(),
  /** Identities on which it failed for good. */
  failed: z.array(z.string()),
  /** The connection that has to come back first. */
  held: z.optional(z.string()),
})
export type Plan = z.infer<typeof Plan>

/** Nothing but the return of a connection, or a change of the customer's, lets this one go on. */
export const isHeld = ({ doing, attempt, plan }: Cursor): boolean =>
  doing !== undefined && attempt === undefined && Plan.safeParse(plan).data?.held !== undefined
