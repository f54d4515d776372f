/** The list: what is not here does not exist, and what is here is in the document. */
import { connections } from './connections.ts'
import { customers } from './customers.ts'
import { dead } from './dead.ts'
import { entries } from './entries.ts'
import { facts } from './facts.ts'
import { media } from './media.ts'
import { meta } from './meta.ts'
import { replies } from './replies.ts'
import type { Route } from './route.ts'
import { routing } from './routing.ts'
import { trials } from './trial.ts'

export const routes: readonly Route[] = [
  ...connections,
  ...trials,
  ...customers,
  ...entries,
  ...replies,
  ...facts,
  ...routing,
  ...media,
  ...dead,
  ...meta(() => routes),
]
