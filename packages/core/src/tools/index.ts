import type { Tool } from '../tool.ts'
import { slack } from './slack/index.ts'
import { webhook } from './webhook/index.ts'

/** The list of tools: the doors. Beside it calls.ts lists their calls; the compiler holds the two together. */
export const tools = { slack, webhook } as const satisfies Record<string, Tool>
