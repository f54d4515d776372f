/** THE LANGUAGE, second half: the facts of which a customer's stream consists (DESIGN 1.1). Never edited, numbered without gaps. */
import * as z from 'zod/mini'
import { Part } from './message.ts'

/** Who did it: a person at a tool, an automatic rule, or a program over REST. The customer's own entries bear an identity instead. */
export const Author = z.object({
  kind: z.enum(['agent', 'rule', 'api']),
  id: z.string(),
  name: z.optional(z.string()),
  /** The tool's connection it was written in, or `inbox`. */
  tool: z.optional(z.string()),
})
export type Author = z.infer<typeof Author>

/** The other side's own id and time (ISO 8601): a channel's for what customers write, a tool's for what agents write. */
export const Provider = z.object({ id: z.string(), at: z.optional(z.string()) })

const base = {
  id: z.string(),
  log: z.string(),
  seq: z.number(),
  /** When we accepted it, ISO 8601. */
  at: z.string(),
  channel: z.optional(z.string()),
  connection: z.optional(z.string()),
  /** Key of the identity it is about, `channel:scope:address` (identity.ts). */
  identity: z.optional(z.string()),
  author: z.optional(Author),
  provider: z.optional(Provider),
  /** Its contents were erased: number, kind and time stay, so that the log keeps its order; it counts for nothing any more. */
  erased: z.optional(z.literal(true)),
}

/** A customer's own profile as the channel tells it; `phone` and `email` only where the provider proves them. */
export const Profile = z.object({
  name: z.optional(z.string()),
  username: z.optional(z.string()),
  language: z.optional(z.string()),
  phone: z.optional(z.string()),
  email: z.optional(z.string()),
  /** The provider's own id of this person where `address` is another (WhatsApp's BSUID beside a phone): proves the same person later. */
  id: z.optional(z.string()),
  /** Writes from where nobody can be written to (an SMS signed by a name, a short code). */
  unanswerable: z.optional(z.literal(true)),
})
export type Profile = z.infer<typeof Profile>

const who = { address: z.optional(z.string()), profile: z.optional(Profile) }

export const MessageEntry = z.object({
  ...base,
  kind: z.literal('message'),
  direction: z.enum(['in', 'out']),
  parts: z.array(Part),
  /** Entry id (out) or provider's message id (in) that it answers. */
  replyTo: z.optional(z.string()),
  data: z.optional(
    z.object({
      ...who,
      /** Not a word to us: auto-answers, opt-out words, echoes of machines. Neither makes its channel current nor is answered by a rule. */
      automatic: z.optional(z.boolean()),
      /** The sender is only claimed (e-mail without DMARC). */
      unverified: z.optional(z.boolean()),
      /** What the channel needs to answer in the same thread; opaque to the core. */
      thread: z.optional(z.record(z.string(), z.unknown())),
      /** Out: the channel kind, connection or identity that the agent named. */
      via: z.optional(z.string()),
      subject: z.optional(z.string()),
      /** In: came together with the others of this name. */
      album: z.optional(z.string()),
    }),
  ),
})

const kind = <K extends string, D extends Record<string, z.ZodMiniType>>(name: K, data: D) =>
  z.object({ ...base, kind: z.literal(name), data: z.object(data) })

/** The customer changed or took back a message, or reacted; `target` is the provider's id of that message. */
export const EditEntry = z.object({
  ...base,
  kind: z.literal('edit'),
  parts: z.array(Part),
  data: z.object({ ...who, target: z.string() }),
})
export const DeleteEntry = kind('delete', { ...who, target: z.string() })
export const ReactionEntry = kind('reaction', { ...who, target: z.string(), emoji: z.string() })
/** The customer opened the chat; `token` of a hand-off link. */
export const StartEntry = kind('start', { ...who, token: z.optional(z.string()) })
export const OptOutEntry = kind('optOut', { ...who, why: z.enum(['stop', 'blocked', 'unsubscribed', 'complaint', 'bounce']) })
export const OptInEntry = kind('optIn', who)
/** The provider proves that this identity has this phone or e-mail (E.164; lower-case). */
export const ProofEntry = kind('proof', { ...who, of: z.enum(['phone', 'email']), value: z.string() })
/** A reply, or one unit of it, that is not out: refused before sending, failed for good, or unknown (DESIGN 7). */
export const FailureEntry = kind('failure', {
  entry: z.string(),
  unit: z.optional(z.number()),
  state: z.enum(['refused', 'failed', 'unknown']),
  code: z.string(),
  words: z.string(),
})
/** Our own copy of one media part: `entry` is the message's id, `part` its index there. */
export const MediaEntry = kind('media', {
  entry: z.string(),
  part: z.number(),
  blob: z.optional(z.string()),
  mime: z.optional(z.string()),
  size: z.optional(z.number()),
  failed: z.optional(z.string()),
  /** What the file turned out to say (a contact card): shown in its place. */
  parts: z.optional(z.array(Part)),
})
export const NoteEntry = kind('note', { text: z.string() })
/** Facts set by agents, rules or REST; what is absent stays as it is, a null field is removed. */
export const SetEntry = kind('set', {
  name: z.optional(z.string()),
  status: z.optional(z.enum(['open', 'closed'])),
  assignee: z.optional(z.nullable(z.string())),
  tags: z.optional(z.object({ add: z.optional(z.array(z.string())), remove: z.optional(z.array(z.string())) })),
  fields: z.optional(z.record(z.string(), z.nullable(z.string()))),
  wish: z.optional(z.nullable(z.string())),
  externalIds: z.optional(z.record(z.string(), z.string())),
})
/** Identities told to us over REST before they ever wrote. */
export const IdentityEntry = kind('identity', {
  identities: z.array(
    z.object({ key: z.string(), channel: z.string(), address: z.string(), connection: z.optional(z.string()) }),
  ),
})
export const ActivityEntry = kind('activity', {
  type: z.string(),
  title: z.string(),
  url: z.optional(z.string()),
  data: z.optional(z.record(z.string(), z.unknown())),
})
/** Two customers look like one, but proof is missing or contradicted: an agent decides. */
export const SuggestionEntry = kind('suggestion', { customer: z.string(), words: z.string() })

/** Where an identity (or `*`, the rest) goes on after a seal: in `log`, after number `since`. */
export const Target = z.object({ log: z.string(), since: z.number() })
export const SealEntry = kind('seal', {
  why: z.enum(['merge', 'unmerge', 'erase']),
  next: z.record(z.string(), Target),
})
/** Stands in the older log before the younger is sealed: proves that the older is live (DESIGN 2.4). */
export const JoiningEntry = kind('joining', { from: z.string() })
/** The sealed log `from` goes on here. Carries its folded state, so that a fold needs one log. */
export const JoinedEntry = kind('joined', { from: z.string(), state: z.record(z.string(), z.unknown()) })
/** First entry of a log that an unmerge opened out of `from`. */
export const OpenedEntry = kind('opened', { from: z.string(), state: z.record(z.string(), z.unknown()) })

export const Entry = z.discriminatedUnion('kind', [
  MessageEntry,
  EditEntry,
  DeleteEntry,
  ReactionEntry,
  StartEntry,
  OptOutEntry,
  OptInEntry,
  ProofEntry,
  FailureEntry,
  MediaEntry,
  NoteEntry,
  SetEntry,
  IdentityEntry,
  ActivityEntry,
  SuggestionEntry,
  SealEntry,
  JoiningEntry,
  JoinedEntry,
  OpenedEntry,
])
export type Entry = z.infer<typeof Entry>
export type EntryKind = Entry['kind']
export type MessageEntry = z.infer<typeof MessageEntry>
export type FailureEntry = z.infer<typeof FailureEntry>
export type SealEntry = z.infer<typeof SealEntry>
export type Target = z.infer<typeof Target>

type Unplaced<E> = E extends unknown ? Omit<E, 'id' | 'log' | 'seq' | 'at'> : never
/** An entry before the append gave it its id, log, number and time. */
export type Fact = Unplaced<Entry>

export const isOutgoing = (entry: Entry): entry is MessageEntry => entry.kind === 'message' && entry.direction === 'out'
export const isIncoming = (entry: Entry): entry is MessageEntry => entry.kind === 'message' && entry.direction === 'in'
