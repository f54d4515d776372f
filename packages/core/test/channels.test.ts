/**
 * THE SUITE OVER ALL CHANNELS. It runs over the list channels/index.ts: to register a channel is to be tested. What it needs of
 * a channel is its `fixtures/index.ts`, of the type in channels/fixture.ts; a channel without one fails here, it is not skipped.
 *
 *   export const fixtures: ChannelFixtures = {
 *     connection, unsecured,        // a live connection; the same without its secret
 *     sign(body, connection, query) // the request as the provider sends and signs it
 *     forged: { 'another secret': (request) => ({ ...request, ... }) },   // each must be refused
 *     cases: [{ name, file | body, query?, connection?, events, answer? }],     // payload -> exactly these events
 *     send(calls, connection, context),                // a plain text
 *     calls: [{ name, run, answers, wire, result }],   // connect, check, disconnect, send, media against a stand-in on 127.0.0.1
 *     errors: [{ name, answer | error, failure }],     // what classify says
 *     standIn?,                                        // where the provider is not spoken to by HTTP (SMTP)
 *     foreign: { folder, contradictions? },            // payloads of HUB_FIXTURES
 *   }
 *
 * `cases` must hold a text, a medium, an unknown kind, an opt-out, and (where the channel has receipts) a delivered and a failed one.
 * What only one channel knows belongs in a test file of its own: test/channels/<kind>.test.ts.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import type { Channel, ChannelCalls, ChannelEvent, Connection, HookRequest } from '@throughline/core/channel.ts'
import { channelCalls } from '@throughline/core/channels/calls.ts'
import type { ChannelFixtures, ParseCase, StandIn } from '@throughline/core/channels/fixture.ts'
import { channels } from '@throughline/core/channels/index.ts'
import { ErrorCode } from '@throughline/core/connector.ts'
import { VisibleError } from '@throughline/core/error.ts'
import { isMedia } from '@throughline/core/message.ts'
import { afterEach, describe, expect, test } from 'vitest'
import { testContext } from './channels/context.ts'
import { expectedOf, foreignFiles } from './channels/foreign.ts'
import { closedPort, httpStandIn } from './channels/stand-in.ts'
import { deform, STRANGE } from './channels/strange.ts'

const folderOf = (kind: string) => fileURLToPath(new URL(`../src/channels/${kind}/fixtures/`, import.meta.url))

async function fixturesOf(kind: string): Promise<ChannelFixtures> {
  const module: { fixtures: ChannelFixtures } = await import(`../src/channels/${kind}/fixtures/index.ts`)
  return module.fixtures
}

const doors: Readonly<Record<string, Channel>> = channels
const callers: Readonly<Record<string, ChannelCalls>> = channelCalls
const kinds = Object.keys(channels)
const loaded = new Map<string, ChannelFixtures>()
for (const kind of kinds) {
  const outcome = await settle(() => fixturesOf(kind))
  if ('value' in outcome) loaded.set(kind, outcome.value)
  else
    test(`${kind} gives the suite its fixtures`, () => {
      throw outcome.error
    })
}

test('every folder of channels/ that holds a door is on the list, and no other', () => {
  const root = fileURLToPath(new URL('../src/channels/', import.meta.url))
  const folders = readdirSync(root).filter((name) => existsSync(join(root, name, 'index.ts')))
  expect(kinds.toSorted()).toEqual(folders.toSorted())
  expect(Object.keys(channelCalls).toSorted()).toEqual(kinds.toSorted())
})

for (const [kind, fixtures] of loaded) {
  const channel = doors[kind] ?? missing(kind)
  const calls = callers[kind] ?? missing(`calls of ${kind}`)

  const bodyOf = (one: ParseCase): Uint8Array =>
    one.file !== undefined
      ? new Uint8Array(readFileSync(join(folderOf(kind), one.file)))
      : typeof one.body === 'string'
        ? new TextEncoder().encode(one.body)
        : (one.body ?? new Uint8Array())
  const connectionOf = (one: { connection?: Partial<Connection> }): Connection => ({ ...fixtures.connection, ...one.connection })
  const requestOf = async (one: ParseCase) => fixtures.sign(bodyOf(one), connectionOf(one), one.query)
  const first = fixtures.cases[0] ?? missing(`a case of ${kind}`)

  describe(kind, () => {
    describe('is what it says', () => {
      test('kind, limits and secrets hold together', () => {
        expect(channel.kind).toBe(kind)
        expect(channel.capabilities.maxText, `channels/${kind}/index.ts: capabilities: what the provider can`).toBeGreaterThan(0)
        expect(channel.title && channel.hint).toBeTruthy()
        const fields = [...Object.keys(channel.settings.shape), ...Object.keys(channel.credentials.shape)]
        for (const secret of channel.secrets) expect(fields).toContain(secret)
        expect(channel.credentials.safeParse(fixtures.connection.credentials).error).toBeUndefined()
        expect(channel.settings.safeParse(fixtures.connection.settings).error).toBeUndefined()
      })

      test('what it says that it can, its calls do, and nothing else', () => {
        const { edits, deletions, reactions, typing } = channel.capabilities
        const verbs = [calls.edit, calls.remove, calls.react, calls.typing]
        expect(verbs.map((verb) => verb !== undefined)).toEqual([edits, deletions, reactions, typing])
      })

      test('the fixtures hold what every channel must show', () => {
        const events = fixtures.cases.flatMap((one) => one.events)
        const parts = events.flatMap((event) => (event.type === 'message' ? event.parts : []))
        const wanted = (what: string) => `channels/${kind}/fixtures/index.ts: cases: ${what}`
        expect(
          parts.some((part) => part.type === 'text'),
          wanted('a text'),
        ).toBe(true)
        expect(parts.some(isMedia), wanted('a picture or another file')).toBe(true)
        const types = new Set<string>(events.map((event) => (event.type === 'receipt' ? event.state : event.type)))
        const receipts = channel.capabilities.receipts === 'none' ? [] : ['delivered', 'failed']
        for (const type of ['unknown', 'optOut', ...receipts]) expect([...types], wanted(`an event ${type}`)).toContain(type)
      })
    })

    describe('verify', () => {
      test('passes what the provider signed', async () => {
        for (const one of fixtures.cases)
          expect([one.name, await channel.verify(await requestOf(one), connectionOf(one))]).toEqual([one.name, true])
      })

      test('refuses what somebody else sent, and everything without a secret', async () => {
        const good = await requestOf(first)
        const forged = { ...fixtures.forged, 'no header, no query': bare }
        for (const [name, forge] of Object.entries(forged))
          expect([name, await channel.verify(forge(good), connectionOf(first))]).toEqual([name, false])
        for (const secretless of [good, await fixtures.sign(bodyOf(first), fixtures.unsecured, first.query)])
          expect(await channel.verify(secretless, fixtures.unsecured)).toBe(false)
      })
    })

    describe('parse', () => {
      for (const one of fixtures.cases)
        test(one.name, async () => {
          const request = await requestOf(one)
          const events = await channel.parse(request, connectionOf(one))
          expect(events).toEqual(one.events)
          expect(await channel.parse(await requestOf(one), connectionOf(one))).toEqual(events)
          expect(channel.answer?.(events, connectionOf(one)) ?? { status: 200 }).toEqual(one.answer ?? { status: 200 })
        })

      test('different events of one request have different ids', async () => {
        for (const one of fixtures.cases) {
          const ids = one.events.flatMap((event) => ('id' in event ? [`${event.type} ${event.id}`] : []))
          expect(new Set(ids).size).toBe(ids.length)
        }
      })

      test('strange, broken and deformed bodies never throw, and yield the same twice', async () => {
        let read = 0
        const bodies = [...STRANGE, ...fixtures.cases.flatMap((one) => deform(bodyOf(one)))]
        for (const body of bodies) {
          const request = await fixtures.sign(body, fixtures.connection)
          const events = await channel.parse(request, fixtures.connection)
          expect(await channel.parse(request, fixtures.connection)).toEqual(events)
          expect(isStorable(events)).toBe(true)
          channel.answer?.(events, fixtures.connection)
          await channel.verify(request, fixtures.connection)
          read++
        }
        expect(read).toBe(bodies.length)
      })

      test('payloads of other projects (HUB_FIXTURES)', async () => {
        const files = foreignFiles(fixtures.foreign.folder).filter((file) => fixtures.foreign.accepts?.(file.name) ?? true)
        const wrong: string[] = []
        const count: Record<string, number> = {}
        for (const file of files) {
          const request = await fixtures.sign(file.bytes, fixtures.connection)
          const events = await channel.parse(request, fixtures.connection)
          if (!(await channel.verify(request, fixtures.connection))) wrong.push(`${file.name}: refused`)
          for (const event of events.length ? events : [{ type: 'nothing' }]) count[event.type] = (count[event.type] ?? 0) + 1
          const said = fixtures.foreign.contradictions?.(events, expectedOf(file.name), file.name) ?? []
          wrong.push(...said.map((words) => `${file.name}: ${words}`))
        }
        if (files.length) console.log(`${kind}: ${files.length} payloads of HUB_FIXTURES read, ${JSON.stringify(count)}`)
        expect(wrong).toEqual([])
      })
    })

    describe('calls', () => {
      let standIn: StandIn | undefined
      const start = async () => {
        standIn = await (fixtures.standIn ?? httpStandIn)()
        return standIn
      }
      afterEach(async () => {
        await standIn?.close()
        standIn = undefined
      })

      for (const one of fixtures.calls)
        test(one.name, async () => {
          const provider = await start()
          provider.answer(...one.answers)
          const connection = provider.connection(connectionOf(one))
          const outcome = await settle(() => one.run(calls, connection, testContext()))
          expect(provider.requests.map(({ method, path, body }) => ({ method, path, body }))).toEqual(
            one.wire.map(({ method, path, body }) => ({ method, path, body })),
          )
          expect(provider.requests).toMatchObject(one.wire)
          if (one.fails !== undefined) return expect(outcome).toMatchObject({ error: { code: one.fails } })
          if ('error' in outcome) throw outcome.error
          if (one.result !== undefined) expect(outcome).toMatchObject({ value: one.result })
        })

      for (const one of fixtures.errors)
        test(`error: ${one.name}`, async () => {
          const provider = await start()
          const thrown = one.answer ? await sendThat(provider, one.answer) : one.error
          const failure = calls.classify(thrown)
          expect(failure).toMatchObject(one.failure)
          expect(ErrorCode.safeParse(failure.code).success).toBe(true)
          for (const secret of secretsOf(fixtures.connection))
            expect(inspect([failure, thrown], { depth: 8, showHidden: true })).not.toContain(secret)
        })

      test('error: any value that code may throw has a name', () => {
        for (const thrown of [
          undefined,
          null,
          0,
          'text',
          {},
          [],
          new Error('x'),
          { code: 1, status: 'x' },
          new VisibleError(400, 'x', 'y'),
        ])
          expect(ErrorCode.safeParse(calls.classify(thrown).code).success).toBe(true)
      })

      async function sendThat(provider: StandIn, answer: NonNullable<(typeof fixtures.errors)[number]['answer']>) {
        provider.answer(answer)
        const outcome = await settle(() =>
          fixtures.send(calls, provider.connection(fixtures.connection), testContext({ timeout: 300 })),
        )
        if (!('error' in outcome)) throw new Error('the send did not fail')
        return outcome.error
      }

      if (fixtures.standIn === undefined) {
        test('error: nobody listens: certain, to be tried again', async () => {
          const connection = { ...fixtures.connection, apiRoot: `http://127.0.0.1:${await closedPort()}` }
          const outcome = await settle(() => fixtures.send(calls, connection, testContext()))
          expect(calls.classify('error' in outcome && outcome.error)).toMatchObject({
            certain: true,
            again: { after: expect.any(Number) },
          })
        })
        for (const name of ['hang', 'drop'] as const)
          test(`error: the line is lost after the request has left (${name}): uncertain`, async () => {
            const thrown = await sendThat(await start(), { [name]: true })
            expect(calls.classify(thrown)).toMatchObject({ certain: false })
          })
      }
    })
  })
}

function missing(what: string): never {
  throw new Error(`no ${what}`)
}

const bare = (request: HookRequest): HookRequest => ({
  ...request,
  door: 'http',
  mail: undefined,
  headers: {},
  query: new URLSearchParams(),
  url: request.url.split('?')[0] ?? '',
})

/** JSON keeps it as it is: no undefined in lists, no NaN, no bytes but `files`, which receive takes out. */
const isStorable = (events: ChannelEvent[]) => {
  const stored = events.map((event) => ('files' in event ? { ...event, files: undefined } : event))
  expect(JSON.parse(JSON.stringify(stored))).toEqual(stored)
  return events.every(
    (event) => !('from' in event) || (typeof event.from.address === 'string' && event.from.address !== '' && event.id !== ''),
  )
}

const secretsOf = (connection: Connection) =>
  Object.values(connection.credentials).filter((value): value is string => typeof value === 'string' && value.length > 8)

async function settle<T>(run: () => Promise<T>): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await run() }
  } catch (error) {
    return { error }
  }
}
