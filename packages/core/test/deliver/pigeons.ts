/**
 * Three channels of the tests' own, whose providers do as a test tells them. Their wire is the events themselves as JSON under a shared
 * secret, so that everything comes in by the door. `north` may write first and gives our reference back with receipts; `south` has a
 * window of a day and knows its own ids only; `west` is a second way that may write first. Addresses of `north` and `west` are phones.
 */
import * as z from 'zod/mini'
import type { Capabilities, Channel, ChannelCalls, ChannelEvent, SendContext, Sent } from '../../src/channel.ts'
import { connect } from '../../src/connection/connect.ts'
import type { Connection, Failure } from '../../src/connector.ts'
import { plain } from '../../src/message.ts'
import { type Options, type TestHub, testHub, WORKSPACE } from '../hub.ts'

/** What a provider said no with. */
export class Refusal extends Error {
  constructor(readonly failure: Failure) {
    super(failure.code)
  }
}
const refusal = (fields: Partial<Failure>) =>
  new Refusal({ code: 'badContent', again: 'never', certain: true, words: 'The provider said no.', ...fields })
export const never = (fields: Partial<Failure> = {}) => refusal(fields)
export const later = (after: number) => refusal({ code: 'rateLimited', again: { after }, words: 'Too many at once.' })
export const unclear = () => refusal({ code: 'timeout', certain: false, words: 'No answer came.' })

/** One send as the provider saw it. */
export type Call = { kind: string; to: string; text: string; reference: string; id: string }
/** Throws to refuse; what it returns is kept as sent. */
export type Script = (call: Call, context: SendContext, connection: Connection) => Promise<void> | void

const capabilities: Capabilities = {
  maxText: 40,
  maxCaption: 0,
  media: {},
  mediaBy: 'upload',
  location: false,
  contact: false,
  buttons: 0,
  formatting: false,
  bundles: false,
  writeFirst: true,
  receipts: 'read',
  edits: false,
  deletions: false,
  reactions: false,
  typing: false,
  idempotentSend: false,
  scope: 'global',
}

const door = (kind: string, can: Partial<Capabilities> = {}): Channel => ({
  kind,
  title: kind[0]?.toUpperCase() + kind.slice(1),
  hint: 'Nothing.',
  settings: z.object({}),
  credentials: z.object({}),
  secrets: [],
  capabilities: { ...capabilities, ...can },
  verify: (request, connection) => request.headers['x-ring'] === connection.secret,
  parse: (request) => JSON.parse(new TextDecoder().decode(request.body)),
})

const doors = {
  north: door('north', { addresses: 'phone' }),
  south: door('south', { window: { hours: 24 }, writeFirst: false }),
  west: door('west', { addresses: 'phone' }),
}

export type Pigeons = TestHub & {
  connections: Record<string, Connection>
  /** What the providers took, in order: a call that a script refused is not among them. */
  sent: Call[]
  /** Every try. */
  tried: Call[]
  script(script: Script): void
  /** Before a file is handed out: throws to refuse. */
  carry(carry: (ref: string) => Promise<void> | void): void
  /** Events through the door of a kind. */
  tell(kind: string, ...events: ChannelEvent[]): Promise<void>
  /** A message of Ann's. */
  write(kind: string, text: string, fields?: { at?: string; address?: string }): Promise<void>
  log(kind: string, address?: string): Promise<string>
}

export async function pigeons(options: Options = {}): Promise<Pigeons> {
  const sent: Call[] = []
  const tried: Call[] = []
  let script: Script = () => {}
  let carry: (ref: string) => Promise<void> | void = () => {}
  let number = 0
  const calls = (kind: string): ChannelCalls => ({
    connect: async () => ({ account: `${kind}-loft`, address: `@${kind}` }),
    check: async () => [],
    classify: (error) => (error instanceof Refusal ? error.failure : unclear().failure),
    async send(unit, to, connection, context): Promise<Sent> {
      const call = { kind, to, text: plain(unit.parts), reference: context.reference, id: `${kind}${++number}` }
      tried.push(call)
      await script(call, context, connection)
      sent.push(call)
      return { id: call.id }
    },
    async media({ ref = '' }) {
      await carry(ref)
      return { bytes: Buffer.from(`bytes of ${ref}`), mime: 'image/png' }
    },
  })
  const kinds = Object.keys(doors)
  const channelCalls = Object.fromEntries(kinds.map((kind) => [kind, calls(kind)]))
  const t = await testHub({ ...options, parts: (hub) => ({ channels: doors, channelCalls, ...options.parts?.(hub) }) })
  const connections: Record<string, Connection> = {}
  for (const kind of kinds) connections[kind] = (await connect(t.hub, WORKSPACE, { kind })).connection
  let message = 0

  const tell = async (kind: string, ...events: ChannelEvent[]) => {
    const connection = connections[kind]
    if (!connection) throw new Error(`no pigeons fly ${kind}`)
    await t.enter(connection, {
      door: 'http',
      method: 'POST',
      url: connection.hookUrl,
      query: new URLSearchParams(),
      headers: { 'x-ring': connection.secret },
      body: new TextEncoder().encode(JSON.stringify(events)),
      now: t.clock.now / 1000,
    })
  }
  return {
    ...t,
    connections,
    sent,
    tried,
    script: (next) => {
      script = next
    },
    carry: (next) => {
      carry = next
    },
    tell,
    write: (kind, text, { at = new Date(t.clock.now).toISOString(), address = 'ann' } = {}) =>
      tell(kind, { type: 'message', id: `m${++message}`, at, from: { address, name: 'Ann' }, parts: [{ type: 'text', text }] }),
    async log(kind, address = 'ann') {
      const item = await t.hub.store.get({ pk: `I#${WORKSPACE}#${kind}:*:${address}`, sk: '-' })
      return String(item?.log)
    },
  }
}
