/**
 * THE SUITE OVER ALL TOOLS. It runs over the list tools/index.ts: to register a tool is to be tested. What it needs of a tool is
 * its `fixtures/index.ts`, of the type in tools/fixture.ts; a tool without one fails here, it is not skipped. What only one tool
 * knows belongs in a test file of its own: test/tools/<kind>.test.ts.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import type { CallContext, Connection, HookRequest } from '@throughline/core/connector.ts'
import { ErrorCode } from '@throughline/core/connector.ts'
import { VisibleError } from '@throughline/core/error.ts'
import { guardedFetch } from '@throughline/core/http/guard.ts'
import type { Tool, ToolCalls, ToolEvent } from '@throughline/core/tool.ts'
import { toolCalls } from '@throughline/core/tools/calls.ts'
import {
  fixtureCard,
  fixtureRequest,
  incoming,
  type ParseCase,
  type ToolFixtures,
  viewOf,
} from '@throughline/core/tools/fixture.ts'
import { tools } from '@throughline/core/tools/index.ts'
import { afterEach, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'
import { testContext } from './channels/context.ts'
import { closedPort, httpStandIn } from './channels/stand-in.ts'
import { deform, STRANGE } from './channels/strange.ts'

const folderOf = (kind: string) => fileURLToPath(new URL(`../src/tools/${kind}/fixtures/`, import.meta.url))

async function fixturesOf(kind: string): Promise<ToolFixtures> {
  const module: { fixtures: ToolFixtures } = await import(`../src/tools/${kind}/fixtures/index.ts`)
  return module.fixtures
}

const doors: Readonly<Record<string, Tool>> = tools
const callers: Readonly<Record<string, ToolCalls>> = toolCalls
const kinds = Object.keys(tools)
const loaded = new Map(await Promise.all(kinds.map(async (kind) => [kind, await fixturesOf(kind)] as const)))

/** What the hub hands to a tool, with the real guard let into this machine. */
const contextOf = (timeout = 2000): CallContext => ({
  ...testContext({ timeout }),
  guardedFetch: guardedFetch({ allow: [], maxBytes: 10_000, timeout, allowPrivate: true }),
})

test('every folder of tools/ is on the list, and no other', () => {
  const folders = readdirSync(fileURLToPath(new URL('../src/tools/', import.meta.url)), { withFileTypes: true })
  expect(kinds.toSorted()).toEqual(folders.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted())
  expect(Object.keys(toolCalls).toSorted()).toEqual(kinds.toSorted())
})

for (const [kind, fixtures] of loaded) {
  const tool = doors[kind] ?? missing(kind)
  const calls = callers[kind] ?? missing(`calls of ${kind}`)
  const { connection, unsecured } = fixtures

  const bodyOf = (one: ParseCase): Uint8Array =>
    one.file !== undefined
      ? new Uint8Array(readFileSync(join(folderOf(kind), one.file)))
      : new TextEncoder().encode(one.body ?? '')
  const sign = (body: Uint8Array, at: Connection) => fixtures.sign?.(body, at) ?? fixtureRequest(at, body)
  const first = fixtures.cases[0] ?? missing(`a case of ${kind}`)

  describe(kind, () => {
    describe('is what it says', () => {
      test('kind, words, limits and secrets hold together', () => {
        expect(tool.kind).toBe(kind)
        expect(tool.title && tool.hint).toBeTruthy()
        const fields = [...Object.keys(tool.settings.shape), ...Object.keys(tool.credentials.shape)]
        for (const secret of tool.secrets) expect(fields).toContain(secret)
        expect(Object.keys(tool.credentials.shape).toSorted()).toEqual(tool.secrets.toSorted())
        expect(tool.credentials.safeParse(connection.credentials).error).toBeUndefined()
        expect(tool.settings.safeParse(connection.settings).error).toBeUndefined()
      })

      test('capabilities say everything', () => {
        const { capabilities } = tool
        expect(Object.values(capabilities)).not.toContain(undefined)
        expect(capabilities.maxText).toBeGreaterThan(0)
        expect(capabilities.rate.perSecond).toBeGreaterThan(0)
        expect(capabilities.retryHours).toBeGreaterThan(0)
        expect(capabilities.threads).toBe(fixtures.sign !== undefined)
      })

      test('its form can be made from the schemas: each field has a title and says what to put there', () => {
        for (const schema of [tool.settings, tool.credentials]) {
          const { properties = {} } = z.toJSONSchema(schema, { io: 'input' })
          expect(Object.keys(properties)).toEqual(Object.keys(schema.shape))
          for (const field of Object.values(properties))
            expect(field).toMatchObject({ type: 'string', title: expect.any(String), description: expect.any(String) })
        }
      })
    })

    describe('verify', () => {
      test('passes what the tool signed, and only a tool that sends', async () => {
        for (const one of fixtures.cases)
          expect([one.name, await tool.verify(sign(bodyOf(one), connection), connection)]).toEqual([
            one.name,
            Boolean(fixtures.sign),
          ])
      })

      test('refuses what somebody else sent, and everything without a secret', async () => {
        const good = sign(bodyOf(first), connection)
        const forged = { ...fixtures.forged, 'no header': bare, 'another body': tampered, 'the mail door': byMail }
        for (const [name, forge] of Object.entries(forged))
          expect([name, await tool.verify(forge(good), connection)]).toEqual([name, false])
        for (const secretless of [good, sign(bodyOf(first), unsecured)])
          expect(await tool.verify(secretless, unsecured)).toBe(false)
      })
    })

    describe('parse', () => {
      for (const one of fixtures.cases)
        test(one.name, async () => {
          const events = await tool.parse(sign(bodyOf(one), connection), connection)
          expect(events).toEqual(one.events)
          expect(await tool.parse(sign(bodyOf(one), connection), connection)).toEqual(events)
          expect(tool.answer?.(events, connection) ?? { status: 200 }).toEqual(one.answer ?? { status: 200 })
        })

      test('strange, broken and deformed bodies never throw, and yield the same twice', async () => {
        for (const body of [...STRANGE, ...fixtures.cases.flatMap((one) => deform(bodyOf(one)))]) {
          const request = sign(body, connection)
          const events = await tool.parse(request, connection)
          expect(await tool.parse(request, connection)).toEqual(events)
          expect(events.every(isStorable)).toBe(true)
          tool.answer?.(events, connection)
          await tool.verify(request, connection)
        }
      })
    })

    describe('calls', () => {
      let standIn: Awaited<ReturnType<typeof httpStandIn>> | undefined
      const start = async () => {
        standIn = await httpStandIn()
        return standIn
      }
      afterEach(async () => {
        await standIn?.close()
        standIn = undefined
      })
      const post = (at: Connection, context = contextOf()) =>
        calls.post('C1:1.000100', viewOf(incoming), fixtureCard, at, context)

      for (const one of fixtures.calls)
        test(one.name, async () => {
          const other = await start()
          other.answer(...one.answers)
          const root = other.connection(connection).apiRoot ?? ''
          const at = fixtures.at({ ...connection, ...one.connection }, root)
          const outcome = await settle(() => one.run(calls, at, contextOf()))
          expect(other.requests.map(({ path }) => path)).toEqual(one.wire.map(({ path }) => path))
          expect(other.requests).toMatchObject(one.wire)
          if (one.fails !== undefined) return expect(outcome).toMatchObject({ error: { code: one.fails } })
          expect(outcome).toMatchObject({ value: one.result })
        })

      for (const one of fixtures.errors)
        test(`error: ${one.name}`, async () => {
          const thrown = await failing(one.answer)
          const failure = calls.classify(thrown)
          expect(failure).toMatchObject(one.failure)
          expect(failure.effect).toBe(one.failure.effect)
          expect(ErrorCode.safeParse(failure.code).success).toBe(true)
          for (const secret of secretsOf(connection))
            expect(inspect([failure, thrown], { depth: 8, showHidden: true })).not.toContain(secret)
        })

      async function failing(answer: ToolFixtures['posted']) {
        const other = await start()
        other.answer(answer)
        const root = other.connection(connection).apiRoot ?? ''
        const outcome = await settle(() => post(fixtures.at(connection, root), contextOf(300)))
        return 'error' in outcome ? outcome.error : missing('failure of the post')
      }

      test('error: nobody listens: certain, to be tried again', async () => {
        const outcome = await settle(async () => post(fixtures.at(connection, `http://127.0.0.1:${await closedPort()}`)))
        expect(calls.classify('error' in outcome && outcome.error)).toMatchObject({
          certain: true,
          again: { after: expect.any(Number) },
        })
      })

      test('error: any value that code may throw has a name', () => {
        const thrown = [
          undefined,
          null,
          0,
          'text',
          {},
          [],
          new Error('x'),
          { code: 1, status: 'x' },
          new VisibleError(400, 'x', 'y'),
        ]
        for (const value of thrown) expect(ErrorCode.safeParse(calls.classify(value).code).success).toBe(true)
      })

      test('the same post twice is the same to the receiver', async () => {
        const other = await start()
        other.answer(fixtures.posted, fixtures.posted)
        const root = other.connection(connection).apiRoot ?? ''
        const refs = [await post(fixtures.at(connection, root)), await post(fixtures.at(connection, root))]
        expect(refs[0]).toBe(refs[1])
        expect(other.requests[0]).toEqual(other.requests[1])
      })
    })
  })
}

function missing(what: string): never {
  throw new Error(`no ${what}`)
}

const bare = (request: HookRequest): HookRequest => ({ ...request, headers: {} })
const byMail = (request: HookRequest): HookRequest => ({ ...request, door: 'mail' })
const tampered = (request: HookRequest): HookRequest => ({ ...request, body: new Uint8Array([...request.body, 0x20]) })

/** JSON keeps it as it is, and what is claimed has an id. */
const isStorable = (event: ToolEvent) => {
  expect(JSON.parse(JSON.stringify(event))).toEqual(event)
  return !('thread' in event) || (event.id !== '' && event.thread !== '' && event.author.id !== '')
}

const secretsOf = (connection: Connection) =>
  [...Object.values(connection.credentials), connection.secret].filter(
    (value): value is string => typeof value === 'string' && value.length > 8,
  )

async function settle(run: () => Promise<unknown>): Promise<{ value: unknown } | { error: unknown }> {
  try {
    return { value: await run() }
  } catch (error) {
    return { error }
  }
}
