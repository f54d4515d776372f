import * as z from 'zod/mini'
import type { Channel } from '../../src/channel.ts'

/** A channel that can do everything, so that nothing of the hub's is left out for what a channel lacks. */
export const testChannel: Channel = {
  kind: 'test',
  title: 'Test',
  hint: '',
  settings: z.object({}),
  credentials: z.object({}),
  secrets: [],
  capabilities: {
    maxText: 4000,
    maxCaption: 1000,
    media: {},
    mediaBy: 'upload',
    location: true,
    contact: true,
    buttons: 3,
    formatting: true,
    bundles: false,
    writeFirst: true,
    receipts: 'read',
    edits: true,
    deletions: true,
    reactions: true,
    typing: true,
    idempotentSend: false,
    scope: 'global',
  },
  verify: () => true,
  parse: () => [],
}
