import type { ToolCalls } from '../tool.ts'
import type { tools } from './index.ts'
import { slackCalls } from './slack/calls.ts'
import { webhookCalls } from './webhook/calls.ts'

/** The network halves: imported only by functions that call out. */
export const toolCalls: Record<keyof typeof tools, ToolCalls> = { slack: slackCalls, webhook: webhookCalls }
