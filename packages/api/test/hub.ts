/** The real core on the memory store, with the smallest channel and tool: what the API's tests ask. */
import { createApiKey } from '@throughline/core/agent/apiKey.ts'
import { memoryBlobs } from '@throughline/core/blobs/memory.ts'
import type { Channel, ChannelCalls } from '@throughline/core/channel.ts'
import { VisibleError } from '@throughline/core/error.ts'
import type { CallingHub } from '@throughline/core/hub.ts'
import { idMaker } from '@throughline/core/id.ts'
import type { Poke } from '@throughline/core/queue/queue.ts'
import { keyring, newKey } from '@throughline/core/secrets/keyring.ts'
import { memoryStore } from '@throughline/core/store/memory.ts'
import type { Tool, ToolCalls } from '@throughline/core/tool.ts'
import type { Hono } from 'hono'
import * as z from 'zod/mini'
import { createApi } from '../src/app.ts'

/** A carrier pigeon: takes text to a phone number. */
const pigeon: Channel = {
  kind: 'pigeon',
  title: 'Carrier pigeon',
  hint: 'The ring of the bird.',
  settings: z.object({ loft: z._default(z.string(), 'north') }),
  credentials: z.object({ ring: z.string().check(z.minLength(3)) }),
  secrets: ['ring'],
  capabilities: {
    maxText: 1000,
    maxCaption: 0,
    media: { image: { maxBytes: 1_000_000 } },
    mediaBy: 'upload',
    location: false,
    contact: false,
    buttons: 0,
    formatting: false,
    bundles: false,
    writeFirst: true,
    receipts: 'none',
    edits: false,
    deletions: false,
    reactions: false,
    typing: false,
    idempotentSend: false,
    scope: 'global',
    addresses: 'phone',
  },
  verify: () => true,
  parse: () => [],
}

const pigeonCalls: ChannelCalls = {
  async connect({ credentials }) {
    if (credentials.ring === 'wrong') throw new VisibleError(422, 'bad_ring', 'The ring is not known.')
    return { account: `ring ${credentials.ring}`, address: '+15005550000' }
  },
  check: async () => [{ name: 'ring', ok: true, words: 'The ring fits.' }],
  classify: () => ({ code: 'unknown', again: 'never', certain: true, words: 'The bird is lost.' }),
  send: async () => ({ id: 'flight 1' }),
}

const board: Tool = {
  kind: 'board',
  title: 'Notice board',
  hint: '',
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
    notes: false,
    maxText: 1000,
    rate: { perSecond: 1, scope: 'connection' },
    retryHours: 1,
  },
  verify: () => true,
  parse: () => [],
}

export type Stage = {
  hub: CallingHub
  api: Hono
  clock: { now: number }
  pokes: Poke[]
  posts: string[]
  /** Keys of two businesses. */
  key: string
  otherKey: string
  ask(method: string, path: string, body?: unknown, init?: { key?: string; headers?: Record<string, string> }): Promise<Answer>
}
export type Answer = { status: number; json: Record<string, unknown>; headers: Headers }

const rawBody = (body: unknown) =>
  body instanceof Uint8Array ? Buffer.from(body) : body instanceof FormData || typeof body === 'string' ? body : undefined

const Json = z.record(z.string(), z.unknown())

export async function stage(): Promise<Stage> {
  const clock = { now: Date.UTC(2026, 7, 1) }
  const now = () => clock.now
  const pokes: Poke[] = []
  const posts: string[] = []
  const boardCalls: ToolCalls = {
    connect: async () => ({ account: 'board', address: '#board', showOnce: { secret: 'shown-once' } }),
    check: async () => [],
    classify: () => ({ code: 'unknown', again: 'never', certain: true, words: 'The board is gone.' }),
    open: async () => 'thread',
    async post(_thread, view) {
      posts.push(view.words)
      return String(posts.length)
    },
  }
  const hub: CallingHub = {
    store: memoryStore({ now }),
    queue: { send: async (sent) => void pokes.push(...sent) },
    blobs: memoryBlobs(),
    secrets: keyring(newKey()),
    channels: { pigeon },
    tools: { board },
    channelCalls: { pigeon: pigeonCalls },
    toolCalls: { board: boardCalls },
    config: { timezone: 'UTC', order: [], language: 'en', rules: [] },
    publicUrl: 'https://hub.example',
    now,
    id: idMaker(now),
    logger: { info: () => {}, warn: () => {}, error: (event, fields) => console.error(event, fields) },
    fetch,
    guardedFetch: fetch,
  }
  const api = createApi(hub)
  const key = await createApiKey(hub, 'w1', 'shop')
  const otherKey = await createApiKey(hub, 'w2', 'bakery')
  return {
    hub,
    api,
    clock,
    pokes,
    posts,
    key,
    otherKey,
    async ask(method, path, body, init = {}) {
      const headers = new Headers({ authorization: `Bearer ${init.key ?? key}` })
      const raw = rawBody(body)
      if (body !== undefined && raw === undefined) headers.set('content-type', 'application/json')
      for (const [name, value] of Object.entries(init.headers ?? {})) headers.set(name, value)
      const json = body === undefined || raw !== undefined ? null : JSON.stringify(body)
      const response = await api.request(path, { method, headers, body: raw ?? json })
      const text = await response.text()
      return { status: response.status, json: text ? Json.parse(JSON.parse(text)) : {}, headers: response.headers }
    },
  }
}

/** `422 unknown_kind`: how a refusal is told in the tests. */
export const told = ({ status, json, headers }: Answer): string =>
  `${status} ${headers.get('content-type') === 'application/problem+json' ? json.code : '(not a problem)'}`
