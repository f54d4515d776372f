/** A tool of the tests' own: a board that agents read. It does as a test tells it, and remembers what was pinned to it. */
import * as z from 'zod/mini'
import type { Failure } from '../../src/connector.ts'
import type { Tool, ToolCalls, View } from '../../src/tool.ts'
import { Refusal } from './pigeons.ts'

export const board: Tool = {
  kind: 'board',
  title: 'Board',
  hint: 'Nothing.',
  settings: z.object({}),
  credentials: z.object({}),
  secrets: [],
  capabilities: {
    threads: true,
    everything: false,
    edits: false,
    reactions: false,
    deliveryStatus: 'none',
    filesIn: false,
    filesOut: false,
    notes: true,
    maxText: 1000,
    rate: { perSecond: 1, scope: 'connection' },
    retryHours: 24,
  },
  verify: () => false,
  parse: () => [],
}

export type Pinned = { thread: string; entry: string; words: string; repeated: boolean }
export type Board = {
  pinned: Pinned[]
  /** Customer and thread, one for each call that opened one. */
  opened: { customer: string; thread: string }[]
  /** Throws to refuse before anything is pinned; `lose` afterwards. */
  refuse: (view: View) => void
  lose: (view: View) => void
  calls: ToolCalls
}

const DOWN: Failure = { code: 'providerDown', again: { after: 40 }, certain: true, words: 'The board is down.' }

export function newBoard(): Board {
  const here: Board = {
    pinned: [],
    opened: [],
    refuse: () => {},
    lose: () => {},
    calls: {
      connect: async () => ({ account: 'board', address: 'board' }),
      check: async () => [],
      classify: (error) => (error instanceof Refusal ? error.failure : DOWN),
      async open({ customer }) {
        const thread = `thread${here.opened.length + 1}`
        here.opened.push({ customer, thread })
        return thread
      },
      async post(thread, view) {
        here.refuse(view)
        here.pinned.push({ thread, entry: view.entry.id, words: view.words, repeated: view.repeated })
        here.lose(view)
        return `post${here.pinned.length}`
      },
    },
  }
  return here
}
