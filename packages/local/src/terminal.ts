import type { Terminal } from '@throughline/api/commands.ts'

/** The business that is there without being asked for: the sandbox's. */
export const DEFAULT = { id: 'demo', name: 'Demo' }

/** `npm run hub` on this machine. */
export const TERMINAL: Terminal = { program: 'npm run hub --', workspace: DEFAULT.id }
