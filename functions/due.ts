/** Each minute: pokes what has waited long enough. */
import { pokeDue } from '@throughline/core/flow/due.ts'
import { hub } from './runtime.ts'

export const handler = () => pokeDue(hub())
