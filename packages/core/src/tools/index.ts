import type { Tool } from '../tool.ts'
import { webhook } from './webhook/index.ts'

/** The list of tools: the doors. Beside it calls.ts lists their calls; the compiler holds the two together. */
export const tools = { webhook } as const satisfies Record<string, Tool>
