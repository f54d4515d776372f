/**
 * What strangers, mistakes and broken providers send, over every channel and tool of the lists. Each ends in a clear answer with a stable
 * code, and changes nothing that it should not: the whole table is compared before and after.
 */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ParseCase } from '../src/channels/fixture.ts'
import { channels } from '../src/channels/index.ts'
import { remove } from '../src/connection/change.ts'
import { readHealth } from '../src/connection/health.ts'
import type { Connection, HookRequest } from '../src/connector.ts'
import type { Entry } from '../src/entry.ts'
import { onload } from '../src/flow/clean.ts'
import { type Dead, listDead } from '../src/flow/dead.ts'
import { BODY_LIMIT, receive, receiveMail } from '../src/flow/receive.ts'
import { readEntries } from '../src/flow/timeline.ts'
import { plain } from '../src/message.ts'
import type { Item } from '../src/store/store.ts'
import { tools } from '../src/tools/index.ts'
import { fixturesOf, wireOf } from './hub/wire.ts'
import { posted, type TestHub, testHub, WORKSPACE } from './hub.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const kinds = Object.keys(channels)
/** Mail has another door. */
const hooked = kinds.filter((kind) => kind !== 'email')

let t: TestHub
beforeEach(async () => {
  t = await testHub()
})
afterEach(() => t.stop())

/** What a bad request may leave: a note on the setup page that somebody knocked. Read marks, caches and clocks are not in the table. */
const withoutHealth = (items: Item[]) => items.filter((item) => !item.sk.startsWith('HEALTH#'))
async function changesNothing(work: () => Promise<unknown>): Promise<void> {
  const before = withoutHealth(await t.dump())
  await work()
  expect(t.queue.waiting).toEqual([])
  expect(withoutHealth(await t.dump())).toEqual(before)
}
async function known(kind: string): Promise<Connection> {
  const connection = await t.connect(kind)
  await t.say(connection, { who: 1, text: 'Hello', n: 1 })
  await t.drain()
  return connection
}
async function entries(connection: Connection): Promise<Entry[]> {
  return (await readEntries(t.hub, WORKSPACE, await t.logOf(connection, 1), { limit: 1000 })).entries
}
const dead = async (): Promise<Dead[]> => (await listDead(t.hub, WORKSPACE, { limit: 100 })).dead
async function signed(connection: Connection, body: Uint8Array, query?: string): Promise<HookRequest> {
  const { sign } = await fixturesOf(connection.kind)
  return posted(await sign(body, connection, query), wireOf(connection.kind).address(1))
}
async function aMessage(connection: Connection, text: string, n: number): Promise<HookRequest> {
  const { body, query } = wireOf(connection.kind).message({ who: 1, text, n })
  return signed(connection, body, query)
}

/** A payload of the channel's own fixtures, told to our connection instead of theirs (own echoes bear its id). */
async function fixtureRequest(connection: Connection, { file, body = '', query }: ParseCase): Promise<HookRequest> {
  const { kind, id } = connection
  const fixtures = await fixturesOf(kind)
  const path = new URL(`../src/channels/${kind}/fixtures/${file}`, import.meta.url)
  const raw = file ? readFileSync(path) : Buffer.from(body)
  const ours = Buffer.from(raw.toString('latin1').replaceAll(fixtures.connection.id, id), 'latin1')
  return fixtures.sign(new Uint8Array(ours), connection, query)
}

describe.each(kinds)('%s', (kind) => {
  test('a wrong or missing signature: 401, nothing stored, and the setup page says so', async () => {
    const connection = await known(kind)
    const request = await aMessage(connection, 'Let me in', 2)
    const { forged } = await fixturesOf(kind)
    const bare = { headers: {}, query: new URLSearchParams(), url: connection.hookUrl, mail: undefined }
    const forgeries = { ...forged, unsigned: (one: HookRequest): HookRequest => ({ ...one, ...bare }) }
    await changesNothing(async () => {
      for (const [name, forge] of Object.entries(forgeries)) {
        const attempt = receive(t.hub, connection.hook, forge(request))
        await expect(attempt, name).rejects.toMatchObject({ status: 401, code: 'bad_signature' })
      }
    })
    expect(await dead()).toEqual([])
    expect((await readHealth(t.hub, WORKSPACE, connection.id)).error?.words).toMatch(/signature does not fit/)
  })

  test('signed by another account: 401', async () => {
    const connection = await known(kind)
    const credentials = { ...connection.credentials, authToken: 'theirs', token: 'theirs' }
    const theirs = { ...connection, credentials, secret: 'theirs', address: 'them@elsewhere.example' }
    const request = await aMessage(theirs, 'Hi', 2)
    await changesNothing(() =>
      expect(receive(t.hub, connection.hook, request)).rejects.toMatchObject({ status: 401, code: 'bad_signature' }),
    )
  })

  test('what concerns no customer (groups, own echoes, handshakes): answered, nothing stored', async () => {
    const connection = await known(kind)
    const { cases } = await fixturesOf(kind)
    await changesNothing(async () => {
      for (const one of cases.filter(({ events }) => events.length === 0)) {
        const { status } = await t.enter(connection, await fixtureRequest(connection, one))
        expect([200, 250], one.name).toContain(status)
      }
    })
  })

  test('an unknown update kind, and a body that cannot be read: kept aside, answered, no stream touched', async () => {
    const connection = await known(kind)
    const before = await entries(connection)
    const identities = withoutHealth(await t.dump()).filter((item) => item.pk.startsWith('I#'))
    const { cases } = await fixturesOf(kind)
    const strange = cases.filter(({ events }) => events.some(({ type }) => type === 'unknown'))
    expect(strange.length).toBeGreaterThan(0)
    for (const one of strange) {
      const { status } = await t.enter(connection, await fixtureRequest(connection, one))
      expect([200, 250]).toContain(status)
    }
    const kept = await dead()
    expect(kept.map((one) => one.kind)).toEqual(strange.map(() => 'aside'))
    for (const one of kept) expect(await t.hub.blobs.get(one.blob ?? '')).toBeDefined()
    expect(t.queue.waiting).toEqual([])
    expect(await entries(connection)).toEqual(before)
    expect((await t.dump()).filter((item) => item.pk.startsWith('I#'))).toEqual(identities)
  })

  test('the same id with another body: the first counts, the second is noted once', async () => {
    const connection = await known(kind)
    const first = await aMessage(connection, 'One pizza', 7)
    const second = await aMessage(connection, 'Nine pizzas', 7)
    const same = { ...second, mail: second.mail && first.mail ? { ...second.mail, id: first.mail.id } : undefined }
    for (const request of [first, same, same, first]) expect([200, 250]).toContain((await t.enter(connection, request)).status)
    await t.drain()
    const texts = (await entries(connection)).flatMap((entry) => (entry.kind === 'message' ? [plain(entry.parts)] : []))
    expect(texts).toEqual(['Hello', 'One pizza'])
    expect(await dead()).toMatchObject([{ kind: 'mismatch', connection: connection.id, seq: 2 }])
  })

  test('100,000 characters: a small entry, the whole text recoverable, and a second body does not touch it', async () => {
    const connection = await known(kind)
    const text = Array.from({ length: 100_000 }, (_, n) => String.fromCodePoint(n % 9 === 8 ? 32 : 0x430 + (n % 32)))
      .join('')
      .trim()
    await t.enter(connection, await aMessage(connection, text, 8))
    const entry = (await entries(connection)).at(-1)
    if (entry?.kind !== 'message') throw new Error('no message came of it')
    expect(JSON.stringify(entry).length).toBeLessThan(8 * 1024)
    expect(plain(await onload(t.hub, entry.parts))).toBe(text)
    const again = await aMessage(connection, text.toUpperCase(), 8)
    const first = await aMessage(connection, text, 8)
    await t.enter(connection, { ...again, mail: again.mail && first.mail ? { ...again.mail, id: first.mail.id } : undefined })
    expect(plain(await onload(t.hub, entry.parts))).toBe(text)
  })

  test('lone surrogates and NULs: well-formed text, everything else kept', async () => {
    const connection = await known(kind)
    const { body, query } = wireOf(kind).message({ who: 1, text: 'a@@SURROGATE@@b@@NUL@@c', n: 9 })
    const wire = new TextDecoder().decode(body)
    const escaped = { JSON: ['\\ud800', '\\u0000'], form: ['%ED%A0%80', '%00'], mail: ['\uFFFD', '\u0000'] }
    const [surrogate = '', nul = ''] = wire.startsWith('{')
      ? escaped.JSON
      : wire.startsWith('From:')
        ? escaped.mail
        : escaped.form
    const sent = wire.replace(/@@SURROGATE@@|%40%40SURROGATE%40%40/, surrogate).replace(/@@NUL@@|%40%40NUL%40%40/, nul)
    await t.enter(connection, await signed(connection, bytes(sent), query))
    await t.drain()
    const text = (await entries(connection)).flatMap((entry) => (entry.kind === 'message' ? [plain(entry.parts)] : [])).at(-1)
    expect(text).toMatch(/^a\uFFFD+bc$/)
  })
})

describe.each(hooked)('%s over HTTP', (kind) => {
  test('a body over the limit: 413 before anything is looked at', async () => {
    const connection = await known(kind)
    const request = await signed(connection, bytes('x'.repeat(BODY_LIMIT + 1)))
    await changesNothing(() =>
      expect(receive(t.hub, connection.hook, request)).rejects.toMatchObject({ status: 413, code: 'too_large' }),
    )
  })

  test('a wrong content type: refused or kept aside, never half understood', async () => {
    const connection = await known(kind)
    const before = await entries(connection)
    const wrong = new TextDecoder().decode((await aMessage(connection, 'x', 5)).body).startsWith('{') ? 'a=1&b=2' : '{"a":1}'
    expect((await t.enter(connection, await signed(connection, bytes(wrong)))).status).toBe(200)
    const good = await aMessage(connection, 'x', 5)
    const headers = { ...good.headers, 'content-type': 'image/png' }
    const outcome = await receive(t.hub, connection.hook, { ...good, headers }).then(
      ({ status }) => status,
      ({ code }: { code: string }) => code,
    )
    expect([200, 'bad_signature']).toContain(outcome)
    await t.drain()
    // Where the type plays no part in the signature, the body tells what it is: then it is understood whole.
    const added = (await entries(connection)).slice(before.length)
    expect(added.map((entry) => (entry.kind === 'message' ? plain(entry.parts) : entry.kind))).toEqual(
      outcome === 200 && added.length > 0 ? ['x'] : [],
    )
    expect((await dead()).map((one) => one.kind)).toContain('aside')
  })
})

describe.each(Object.keys(tools))('tool %s', (kind) => {
  test('an unsigned request: 401, nothing stored', async () => {
    const connection = await t.connect(kind)
    const request: HookRequest = {
      door: 'http',
      method: 'POST',
      url: connection.hookUrl,
      query: new URLSearchParams(),
      headers: {},
      body: bytes('{"type":"event_callback"}'),
      now: t.clock.now / 1000,
    }
    await changesNothing(async () => {
      await expect(receive(t.hub, connection.hook, request)).rejects.toMatchObject({ status: 401, code: 'bad_signature' })
      const large = { ...request, body: new Uint8Array(BODY_LIMIT + 1) }
      await expect(receive(t.hub, connection.hook, large)).rejects.toMatchObject({ status: 413, code: 'too_large' })
    })
  })
})

test('an unknown connection: 404; a removed one too', async () => {
  const connection = await known('telegram')
  const request = await aMessage(connection, 'Anybody?', 3)
  const refused = { status: 404, code: 'unknown_hook' }
  await changesNothing(async () => {
    for (const hook of ['nosuchhook', '', '__proto__', connection.id])
      await expect(receive(t.hub, hook, request), hook).rejects.toMatchObject(refused)
  })
  await remove(t.hub, WORKSPACE, connection.id)
  await changesNothing(() => expect(receive(t.hub, connection.hook, request)).rejects.toMatchObject(refused))
})

test('an e-mail without From: kept aside, the sender’s server is not asked to try again', async () => {
  const connection = await known('email')
  const before = await entries(connection)
  const mail = bytes('To: support@hub.example\r\nSubject: Hi\r\n\r\nGuess who\r\n')
  expect((await t.enter(connection, await signed(connection, mail))).status).toBe(250)
  expect(await dead()).toMatchObject([{ kind: 'aside', connection: connection.id }])
  expect(await entries(connection)).toEqual(before)
})

test('a Telegram group is no customer', async () => {
  const connection = await t.connect('telegram')
  const chat = { id: -1001, type: 'supergroup', title: 'Neighbours' }
  const from = { id: 8_000_000_001, is_bot: false, first_name: 'Ann' }
  const message = { message_id: 1, from, chat, date: 1767600000, text: 'Hello all' }
  const request = await signed(connection, bytes(JSON.stringify({ update_id: 700_000_001, message })))
  await changesNothing(async () => expect(await t.enter(connection, request)).toEqual({ status: 200 }))
})

test('mail to an address that nobody connected is named as unknown', async () => {
  const connection = await known('email')
  const { body } = await aMessage(connection, 'Hi', 4)
  const mail = { id: 'x', from: 'ann1@example.com', to: ['nobody@hub.example'], dmarc: 'pass' as const, bytes: body }
  await changesNothing(async () => {
    expect(await receiveMail(t.hub, mail)).toEqual({ accepted: [], unknown: ['nobody@hub.example'] })
  })
})
