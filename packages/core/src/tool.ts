/**
 * THE TOOL CONTRACT (DESIGN 6). A tool shows customers' streams to agents and brings back what they write. To add one: a folder
 * `tools/<kind>/` with `index.ts` (a `Tool`), `calls.ts` (its `ToolCalls`) and `fixtures/`, one line in `tools/index.ts`, one in
 * `tools/calls.ts`; the suite over all tools runs over the list. A tool never knows channels: it gets words.
 */
import type { CallContext, Connection, Connector, ConnectorCalls, HookAnswer, HookRequest } from './connector.ts'
import type { Entry } from './entry.ts'
import type { Part } from './message.ts'

export type ToolCapabilities = {
  /** Shows a customer as a thread that agents answer in; `false`: takes entries only (webhook). */
  threads: boolean
  /** Gets every entry with all its data, not only those that people read. */
  everything: boolean
  edits: boolean
  reactions: boolean
  /** How it shows what became of a reply. */
  deliveryStatus: 'none' | 'reaction' | 'text'
  filesIn: boolean
  filesOut: boolean
  notes: boolean
  maxText: number
  /** Posts per second and what the limit is counted over. */
  rate: { perSecond: number; scope: 'connection' | 'thread' }
  /** How long a post that fails is tried again, in hours. */
  retryHours: number
}

export type ToolAuthor = { id: string; name?: string; email?: string }
type ToolAbout = {
  /** The tool's id of this event: the claim is made of it. */
  id: string
  at?: string
  thread: string
  author: ToolAuthor
}

/** What a tool's `parse` yields. Our own posts yield nothing. */
export type ToolEvent =
  | (ToolAbout & { type: 'reply'; parts: Part[] })
  | (ToolAbout & { type: 'note'; text: string })
  | (ToolAbout & { type: 'command'; name: string; rest: string })
  /** A handshake that `answer` answers (Slack's url_verification). */
  | { type: 'challenge'; value: string }
  | { type: 'unknown'; kind: string }

export type Tool = Connector & {
  capabilities: ToolCapabilities
  parse(request: HookRequest, connection: Connection): ToolEvent[] | Promise<ToolEvent[]>
  answer?(events: readonly ToolEvent[], connection: Connection): HookAnswer
}

/** A customer as a tool shows one. */
export type Card = { customer: string; name: string; channel?: string; identities: string[]; url?: string }

/** An entry as a tool shows it. `words` is ready to be read; `author` is the agent's or customer's name. */
export type View = {
  entry: Entry
  words: string
  author: string
  /** The button that a short answer ("2") means; `words` tell it as well. */
  meaning?: string
  /** Why a reply went where it went, or did not go. */
  why?: string
  /** The previous try of this very post may have got through. */
  repeated: boolean
}

export type ToolCalls = ConnectorCalls & {
  /** Makes the customer's thread; called once per customer and connection. Returns the tool's own reference. */
  open(card: Card, connection: Connection, context: CallContext): Promise<string>
  /** Shows one entry; returns the tool's reference of the post. `thread` is empty where the tool has none. */
  post(thread: string, view: View, card: Card, connection: Connection, context: CallContext): Promise<string>
  /** Says privately to the agents of a thread what the hub has to say (unknown command, refused). */
  tell?(thread: string, words: string, connection: Connection, context: CallContext): Promise<void>
}
