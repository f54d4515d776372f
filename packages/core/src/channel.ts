/**
 * THE CHANNEL CONTRACT (DESIGN 5). To add a channel: a folder `channels/<kind>/` with `index.ts` (a `Channel`), `calls.ts`
 * (its `ChannelCalls`) and `fixtures/`, one line in `channels/index.ts` and one in `channels/calls.ts`. The suite over all channels
 * (test/channels.test.ts) runs over the list: to register is to be tested. A channel converts and calls; the hub decides and stores:
 * no file of a channel sees the store, the queue, a noun or another channel.
 */
import type { CallContext, Connection, Connector, ConnectorCalls, Failure, HookAnswer, HookRequest } from './connector.ts'
import type { Profile } from './entry.ts'
import type { Mark, Media, Part, PartType } from './message.ts'

/** Formatting written into the text: what stands on both sides of the words, `{ bold: '*' }`. */
export type Signs = Readonly<Partial<Record<Mark['kind'], string>>>

/** Data, asked by the hub before it sends. Sizes in bytes, texts in UTF-16 units, absent = cannot. */
export type Capabilities = {
  maxText: number
  /** 0: a caption must be sent as a text of its own. */
  maxCaption: number
  /** `caption: false`: a text beside this kind would be lost, whatever `maxCaption` says (WhatsApp's audio). */
  media: Partial<Record<'image' | 'video' | 'audio' | 'file', { maxBytes: number; mimes?: readonly string[]; caption?: false }>>
  /** How the provider gets our media: bytes in the call, or a signed link that it fetches. */
  mediaBy: 'upload' | 'link'
  location: boolean
  /** A location's title and address are shown with it where it has both. */
  venue?: boolean
  /** A card of a name and a phone. */
  contact: boolean
  /** Most buttons of one message; 0: none. */
  buttons: number
  /** `true`: marks lie beside the text. Signs: they are written into it. `false`: words alone. */
  formatting: boolean | Signs
  /** Carries `template` parts; absent: they go out as what they say. */
  templates?: true
  /** One unit may carry all parts of a message (mail). */
  bundles: boolean
  /** May we write to an address that never wrote to us? */
  writeFirst: boolean
  /** Free-form replies are allowed for so long after the customer's last message; `lift`: what is allowed afterwards. */
  window?: { hours: number; lift?: 'template' }
  receipts: 'none' | 'delivered' | 'read'
  /** May we change, take back, react and show that we write: `edit`, `remove`, `react`, `typing` of the calls. */
  edits: boolean
  deletions: boolean
  reactions: boolean
  typing: boolean
  idempotentSend: boolean
  /** `connection`: the address is valid for one account only (a Viber id); `global`: the same person everywhere (a phone). */
  scope: 'global' | 'connection'
  /** May a customer be created from a bare address over REST? `phone`: normalised to E.164, `email`, or not at all. */
  addresses?: 'phone' | 'email'
}

/** The person who wrote: the provider's own id as `address`, a string, never rounded; and what the provider proves of them. */
export type Sender = Profile & { address: string }

type About = {
  /** The provider's id of this event, unique per account and kind of event: the claim is made of it. Never the clock. */
  id: string
  /** The provider's time, ISO 8601, where it tells one. */
  at?: string
  from: Sender
}

/** What `parse` yields. One request may hold several. Own echoes yield nothing. */
export type ChannelEvent =
  | (About & {
      type: 'message'
      parts: Part[]
      /** Provider's id of the message it answers. */
      replyTo?: string
      /** Auto-answers, opt-out words: see entry.ts. */
      automatic?: boolean
      unverified?: boolean
      subject?: string
      /** The customer whom a signed address of ours names that the message came to (`context.customer` of a send). Only claimed: such addresses are forwarded. */
      customer?: string
      /** At most 2 KB, opaque to the core, handed back to `send` as `context.thread`. */
      thread?: Record<string, unknown>
      /** Provider's id of the message itself where it is another than `id` (Telegram: update id and message id): edits, reactions, replies name it. */
      messageId?: string
      /** Sent together with the others of this name (Telegram's media groups): shown as one, stored as they come. */
      album?: string
      /** Opaque to the core, for `answer` alone: what tells the provider that this one has arrived (a pressed button's spinner). */
      acknowledge?: string
      /** Bytes that came with the request itself (mail): receive puts them into blobs before the append and replaces `ref` by `blob`. */
      files?: { ref: string; bytes: Uint8Array; mime?: string; name?: string }[]
    })
  | (About & { type: 'edit'; target: string; parts: Part[] })
  | (About & { type: 'delete'; target: string })
  /** The reactions as they now are; empty: taken back. */
  | (About & { type: 'reaction'; target: string; emoji: string })
  | (About & { type: 'optOut'; why: 'stop' | 'blocked' | 'unsubscribed' | 'complaint' | 'bounce' })
  | (About & { type: 'optIn' })
  /** The provider proves that the sender has this phone. */
  | (About & { type: 'contact'; phone: string })
  | (About & { type: 'start'; token?: string })
  | {
      type: 'receipt'
      /** Provider's id of our message, or `reference`: ours, given to `send`. */
      id: string
      reference?: string
      state: ReceiptState
      at?: string
      /** With `failed`. */
      failure?: Failure
    }
  /** Signed, but of a kind we do not know: kept aside for the operator, answered 200. */
  | { type: 'unknown'; kind: string }

export type ReceiptState = 'sent' | 'delivered' | 'read' | 'failed'

export type Channel = Connector & {
  capabilities: Capabilities
  /** Request in, events out; no I/O, no throw on strange bodies (yield `unknown`), the same twice. */
  parse(request: HookRequest, connection: Connection): ChannelEvent[] | Promise<ChannelEvent[]>
  /** What the provider wants as HTTP answer once all is stored; default 200, empty. */
  answer?(events: readonly ChannelEvent[], connection: Connection): HookAnswer
  /** What a text costs where people are billed by more than messages ("2 segments, Unicode"): told before sending. Pure. */
  measure?(text: string): { units: number; words: string }
  /** The hand-off link that opens this channel and brings the token back, where there is one. */
  linkTo?(connection: Connection, token: string): string
}

/** One provider call: the hub has already split, lowered and grouped the message by the capabilities. */
export type Unit = { parts: Part[] }

/** What was kept of the conversation's place. */
export type ThreadContext = CallContext & {
  /** `thread` of the customer's latest message on this identity. */
  thread?: Record<string, unknown>
}

export type SendContext = ThreadContext & {
  /** Ours, unique to this unit: put it where the provider gives it back (Twilio's callback query, Viber's tracking_data, e-mail tags). */
  reference: string
  /** Id of the customer it goes to, for channels whose own address can bear it (mail's Reply-To). */
  customer?: string
  /** A rule wrote it, no person: mail says so, that no machine may answer a machine. */
  automatic?: boolean
  /** Provider's id of the message to answer. */
  replyTo?: string
  /** The agent's public name where the channel shows one. */
  senderName?: string
  /** Bytes of a media part. */
  bytes(media: Media): Promise<Uint8Array>
  /**
   * A signed, expiring link under our own address that the provider may fetch (24 h at least). Where a provider goes by endings,
   * `.jpg` or the like may be appended.
   */
  link(media: Media): string
}

export type Fetched = { bytes: Uint8Array; mime?: string; name?: string; parts?: Part[] }

export type Sent = { id: string; state?: 'accepted' | 'sent' | 'delivered' }

export type ChannelCalls = ConnectorCalls & {
  /** One call, one provider id. Throws; `classify` names what was thrown. */
  send(unit: Unit, to: string, connection: Connection, context: SendContext): Promise<Sent>
  /** Makes our message `id` what `unit` says now. Where nothing changes it is done as well. Absent: `capabilities.edits` is false. */
  edit?(id: string, unit: Unit, to: string, connection: Connection, context: SendContext): Promise<void>
  /** Takes our message back; one that is gone already is done. Absent: `capabilities.deletions` is false. */
  remove?(id: string, to: string, connection: Connection, context: ThreadContext): Promise<void>
  /** Our reaction to a message, ours or theirs; empty: taken back. Absent: `capabilities.reactions` is false. */
  react?(id: string, emoji: string, to: string, connection: Connection, context: ThreadContext): Promise<void>
  /** Shows for some seconds that somebody is writing. Absent: `capabilities.typing` is false. */
  typing?(to: string, connection: Connection, context: ThreadContext): Promise<void>
  /** The bytes behind `media.ref`; `parts`: what they say where people cannot read them as a file (a contact card). */
  media?(media: Media, connection: Connection, context: CallContext): Promise<Fetched>
  /** For machines without a public address: waits for updates and hands each raw body to `deliver`; returns when `signal` aborts. */
  poll?(
    connection: Connection,
    context: CallContext,
    deliver: (request: HookRequest) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>
}

export type { CallContext, Connection, HookAnswer, HookRequest, PartType }
