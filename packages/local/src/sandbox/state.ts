/** What the sandbox remembers: one small file, replaced as a whole, so that a killed process leaves the old or the new one. */
import { randomBytes, randomInt } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as z from 'zod/mini'
import { StartError } from '../settings.ts'

export const PHONES = ['telegram', 'whatsapp', 'sms', 'viber', 'email'] as const
export type PhoneKind = (typeof PHONES)[number]
export const PROVIDERS = ['telegram', 'twilio', 'viber', 'email'] as const
export type Provider = (typeof PROVIDERS)[number]

/** One message as a phone shows it; `id` is the provider's own. */
const Bubble = z.object({
  id: z.string(),
  from: z.enum(['person', 'business']),
  at: z.string(),
  text: z.string(),
  subject: z.optional(z.string()),
  /** In the sandbox's files. */
  file: z.optional(z.object({ key: z.string(), name: z.string(), mime: z.string(), size: z.number() })),
  state: z.enum(['sending', 'sent', 'delivered', 'read', 'failed']),
  /** Under the message, where the messenger has them. */
  buttons: z.optional(z.array(z.object({ text: z.string(), data: z.optional(z.string()), url: z.optional(z.string()) }))),
  /** The other side's sign on it. */
  reaction: z.optional(z.string()),
})
export type Bubble = z.infer<typeof Bubble>

/** A request of a provider to the hub that has not been answered yet. Kept, so that a restart goes on with it. */
const Post = z.object({
  id: z.string(),
  provider: z.enum(PROVIDERS),
  /** Posts of one lane go one at a time, in order. */
  lane: z.string(),
  /** Where the provider decides only at the moment of sending (Telegram's webhook): absent. */
  url: z.optional(z.string()),
  /** Tried once when `url` is given up. */
  fallback: z.optional(z.string()),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  attempts: z.number(),
  /** Milliseconds to wait before the first try. */
  wait: z.optional(z.number()),
  /** Whose ticks follow the answer. */
  phone: z.optional(z.enum(PHONES)),
  bubble: z.optional(z.string()),
})
export type Post = z.infer<typeof Post>

/** Misbehaviour on request: counts go down with every call they spoil. */
export const Faults = z.object({
  /** Every webhook comes twice. */
  repeat: z._default(z.boolean(), false),
  /** Milliseconds before every webhook. */
  delay: z._default(z.number(), 0),
  /** Sends that are accepted and then not answered. */
  drop: z._default(z.number(), 0),
  /** Calls answered "too many requests", with this many seconds to wait. */
  limit: z._default(z.number(), 0),
  retryAfter: z._default(z.number(), 1),
  /** Calls answered 5xx. */
  down: z._default(z.number(), 0),
})
export type Faults = z.infer<typeof Faults>

const bubbles = z.array(Bubble)
const State = z.object({
  phones: z.object({ telegram: bubbles, whatsapp: bubbles, sms: bubbles, viber: bubbles, email: bubbles }),
  outbox: z.array(Post),
  telegram: z.object({
    token: z.string(),
    webhook: z.optional(z.object({ url: z.string(), secret: z.string(), allowed: z.array(z.string()), max: z.number() })),
    lastError: z.optional(z.object({ at: z.number(), words: z.string() })),
    nextUpdate: z.number(),
    nextMessage: z.number(),
    started: z.boolean(),
    blocked: z.boolean(),
  }),
  twilio: z.object({
    account: z.string(),
    token: z.string(),
    number: z.object({ sid: z.string(), hook: z.record(z.string(), z.string()) }),
    sender: z.object({ sid: z.string(), hook: z.record(z.string(), z.string()) }),
    optedOut: z.boolean(),
  }),
  viber: z.object({
    token: z.string(),
    webhook: z.optional(z.object({ url: z.string(), events: z.array(z.string()) })),
    /** Digits: beyond what a number holds. */
    nextToken: z.string(),
    subscribed: z.boolean(),
  }),
  email: z.object({ port: z.number() }),
  faults: z.object({ telegram: Faults, twilio: Faults, viber: Faults, email: Faults }),
  /** Connections made at the first start; one that the user removed does not come back. */
  seeded: z.record(z.string(), z.string()),
})
export type State = z.infer<typeof State>

const hex = (bytes: number) => randomBytes(bytes).toString('hex')

function first(botId: number): State {
  const faults = () => Faults.parse({})
  return {
    phones: { telegram: [], whatsapp: [], sms: [], viber: [], email: [] },
    outbox: [],
    telegram: {
      token: `${botId}:${randomBytes(27).toString('base64url').slice(0, 35)}`,
      nextUpdate: randomInt(100_000_000, 900_000_000),
      nextMessage: 1,
      started: false,
      blocked: false,
    },
    twilio: {
      account: `AC${hex(16)}`,
      token: hex(16),
      number: { sid: `PN${hex(16)}`, hook: {} },
      sender: { sid: `XE${hex(16)}`, hook: {} },
      optedOut: false,
    },
    viber: {
      token: `${hex(8)}-${hex(8)}-${hex(8)}`,
      nextToken: `5741${randomInt(10_000_000, 100_000_000)}0000000`,
      subscribed: false,
    },
    email: { port: 0 },
    faults: { telegram: faults(), twilio: faults(), viber: faults(), email: faults() },
    seeded: {},
  }
}

function read(file: string, text: string): State {
  try {
    return State.parse(JSON.parse(text))
  } catch {
    throw new StartError(
      `${file} is not what this version of the sandbox writes. Remove it: only the phones forget, the hub does not.`,
    )
  }
}

/** Beyond this a phone forgets its oldest messages. */
const LONGEST = 200

export type Book = {
  readonly state: State
  /** Rises with every change; pages wait for it. */
  readonly revision: number
  /** Tells who waits, and resolves once the change is on disk. */
  save(): Promise<void>
  /** Resolves at the next change after `revision`, or after `milliseconds`. */
  changed(revision: number, milliseconds: number): Promise<void>
}

export async function openBook(file: string, botId: number): Promise<Book> {
  await mkdir(dirname(file), { recursive: true })
  const text = await readFile(file, 'utf8').catch(() => undefined)
  const state = text === undefined ? first(botId) : read(file, text)
  const waiting = new Set<() => void>()
  let revision = 0
  let writing: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined

  async function write(): Promise<void> {
    next = undefined
    await writeFile(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
    await rename(`${file}.new`, file)
  }

  return {
    state,
    get revision() {
      return revision
    },
    save() {
      for (const phone of PHONES) state.phones[phone].splice(0, state.phones[phone].length - LONGEST)
      revision++
      for (const wake of waiting) wake()
      if (!next) {
        next = writing.then(write)
        writing = next.catch(() => undefined)
      }
      return next
    },
    changed: (seen, milliseconds) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer)
          waiting.delete(done)
          resolve()
        }
        const timer = setTimeout(done, revision > seen ? 0 : milliseconds)
        waiting.add(done)
      }),
  }
}
