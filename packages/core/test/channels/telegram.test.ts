/** What only Telegram knows: polling, the choice between webhook and polling, errors that quote nobody, links. */
import { inspect } from 'node:util'
import type { HookRequest } from '@throughline/core/channel.ts'
import type { StandIn } from '@throughline/core/channels/fixture.ts'
import { telegramCalls } from '@throughline/core/channels/telegram/calls.ts'
import { fixtures } from '@throughline/core/channels/telegram/fixtures/index.ts'
import { telegram } from '@throughline/core/channels/telegram/index.ts'
import { entitiesOf, marksOf } from '@throughline/core/channels/telegram/marks.ts'
import { UPDATES } from '@throughline/core/channels/telegram/poll.ts'
import type { Logger } from '@throughline/core/hub.ts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testContext } from './context.ts'
import { httpStandIn } from './stand-in.ts'

let provider: StandIn
beforeEach(async () => {
  provider = await httpStandIn()
})
afterEach(() => provider.close())

const ok = (result: unknown) => ({ json: { ok: true, result } })
const no = (error_code: number, description: string) => ({ status: error_code, json: { ok: false, error_code, description } })
const update = (update_id: number) => ({
  update_id,
  message: {
    message_id: update_id,
    date: 1767600000,
    chat: { id: 7, type: 'private' },
    from: { id: 7 },
    text: `no. ${update_id}`,
  },
})
const asked = () => provider.requests.map(({ path, body }) => [path.split('/').at(-1), body])
const getUpdates = (offset?: number) => ['getUpdates', { timeout: 25, allowed_updates: [...UPDATES], ...(offset && { offset }) }]

describe('poll', () => {
  /** Ends when the stand-in has nothing more to say. */
  async function pollUntil(
    enough: (delivered: number[]) => boolean,
    deliver?: (id: number) => void,
    logger?: Logger,
  ): Promise<number[]> {
    const stop = new AbortController()
    const delivered: number[] = []
    const connection = provider.connection(fixtures.connection)
    const take = async (request: HookRequest) => {
      expect(telegram.verify(request, connection)).toBe(true)
      const { update_id } = JSON.parse(new TextDecoder().decode(request.body))
      deliver?.(update_id)
      const [event] = await telegram.parse(request, connection)
      expect(event).toMatchObject({ type: 'message', id: `${update_id}:1767600000`, parts: [{ text: `no. ${update_id}` }] })
      delivered.push(update_id)
      if (enough(delivered)) stop.abort()
    }
    const context = testContext(logger && { logger })
    await telegramCalls.poll?.(connection, context, take, stop.signal)
    return delivered
  }

  test('hands each update through the same door and confirms it only afterwards', async () => {
    provider.answer(ok([update(5), update(6)]), ok([update(7)]))
    expect(await pollUntil((delivered) => delivered.length === 3)).toEqual([5, 6, 7])
    expect(asked()).toEqual([getUpdates(), getUpdates(7)])
  })

  test('an update that could not be stored is asked for again, and nothing overtakes it', async () => {
    provider.answer(ok([update(5), update(6)]), ok([update(6)]))
    let failed = false
    const delivered = await pollUntil(
      (all) => all.length === 2,
      (id) => {
        if (id !== 6 || failed) return
        failed = true
        throw new Error('the store is away')
      },
    )
    expect(delivered).toEqual([5, 6])
    expect(asked()).toEqual([getUpdates(), getUpdates(6)])
  })

  test('after a quiet week ids may begin lower: an old offset does not hide them', async () => {
    provider.answer(ok([update(900)]), ok([]), ok([update(3)]))
    expect(await pollUntil((delivered) => delivered.length === 2)).toEqual([900, 3])
    expect(asked()).toEqual([getUpdates(), getUpdates(901), getUpdates()])
  })

  test('goes on after errors, and says of a conflict what it is', async () => {
    provider.answer(no(409, 'Conflict: terminated by other getUpdates request'), no(500, 'Internal'), ok([update(1)]))
    const said: unknown[] = []
    const logger = { info() {}, error() {}, warn: (event: string, fields?: object) => void said.push([event, fields]) }
    expect(await pollUntil((delivered) => delivered.length === 1, undefined, logger)).toEqual([1])
    expect(said).toMatchObject([
      ['telegram.poll', { connection: 'con_telegram', why: expect.stringContaining('Another program receives the updates') }],
      ['telegram.poll', { failures: 2 }],
    ])
    expect(inspect(said, { depth: 9 })).not.toContain('not-a-real-token')
  })

  test('a pressed button is answered after it was stored; that it fails stops nothing', async () => {
    const press = (update_id: number) => ({
      update_id,
      callback_query: {
        id: `press-${update_id}`,
        from: { id: 7 },
        message: { message_id: 1, date: 0, chat: { id: 7, type: 'private' } },
        chat_instance: '1',
        data: 'yes',
      },
    })
    const late = no(400, 'Bad Request: query is too old and response timeout expired or query ID is invalid')
    provider.answer(ok([press(5), press(6), press(7), update(8)]), ok(true), late, no(502, 'Bad Gateway'))
    const stop = new AbortController()
    const connection = provider.connection(fixtures.connection)
    const stored: unknown[] = []
    const take = async (request: HookRequest) => {
      const [event] = await telegram.parse(request, connection)
      stored.push([event?.type === 'message' && event.parts, asked().at(-1)?.[0]])
      if (stored.length === 4) stop.abort()
    }
    await telegramCalls.poll?.(connection, testContext(), take, stop.signal)
    expect(stored).toEqual([
      [[{ type: 'text', text: 'yes' }], 'getUpdates'],
      [[{ type: 'text', text: 'yes' }], 'answerCallbackQuery'],
      [[{ type: 'text', text: 'yes' }], 'answerCallbackQuery'],
      [[{ type: 'text', text: 'no. 8' }], 'answerCallbackQuery'],
    ])
    expect(asked().slice(1)).toEqual([
      ['answerCallbackQuery', { callback_query_id: 'press-5' }],
      ['answerCallbackQuery', { callback_query_id: 'press-6' }],
      ['answerCallbackQuery', { callback_query_id: 'press-7' }],
    ])
  })

  test('ends at once when it is told to, also while Telegram keeps it waiting', async () => {
    provider.answer({ hang: true })
    const stop = new AbortController()
    const polling = telegramCalls.poll?.(provider.connection(fixtures.connection), testContext(), async () => {}, stop.signal)
    await expect.poll(() => provider.requests.length).toBe(1)
    stop.abort()
    await polling
    expect(provider.requests.length).toBe(1)
  })
})

describe('webhook or polling', () => {
  const me = ok({ id: 42, is_bot: true, first_name: 'Hub', username: 'hub_bot' })
  /** The stand-in answers in the provider's place: no API root is configured, as with a real bot. */
  const real = () => {
    const { apiRoot = '' } = provider.connection(fixtures.connection)
    return testContext({ fetch: (input, init) => fetch(String(input).replace('https://api.telegram.org', apiRoot), init) })
  }

  test('a laptop without a public address: no webhook, and nothing that waits is dropped', async () => {
    provider.answer(me, ok(true), me, ok({ url: '', pending_update_count: 0 }))
    const connection = { ...fixtures.connection, hookUrl: 'http://127.0.0.1:8787/hooks/x' }
    expect(await telegramCalls.connect(connection, real())).toMatchObject({ account: '42', data: { receives: 'polling' } })
    expect(asked()).toEqual([
      ['getMe', {}],
      ['deleteWebhook', {}],
    ])
    expect((await telegramCalls.check(connection, real())).map((one) => one.ok)).toEqual([true, true, true, true])
  })

  test('a port that Telegram does not call is refused before any call', async () => {
    const at = (hookUrl: string) => telegramCalls.connect({ ...fixtures.connection, hookUrl }, real())
    await expect(at('https://hub.example:9443/hooks/x')).rejects.toMatchObject({ code: 'port_not_called' })
    expect(provider.requests).toEqual([])
    provider.answer(me, ok(true))
    await at('https://hub.example:8443/hooks/x')
    expect(asked()).toHaveLength(2)
  })

  test('plain http towards a stand-in of ours is a webhook', async () => {
    provider.answer(me, ok(true))
    const connection = provider.connection({ ...fixtures.connection, hookUrl: 'http://127.0.0.1:8787/hooks/x' })
    expect(await telegramCalls.connect(connection, testContext())).toMatchObject({ data: { receives: 'webhook' } })
    expect(asked()[1]).toMatchObject(['setWebhook', { url: 'http://127.0.0.1:8787/hooks/x' }])
  })
})

test('an error quotes neither the message nor the token', async () => {
  provider.answer(no(400, 'Bad Request: message text is empty'))
  const sent = telegramCalls.send(
    { parts: [{ type: 'text', text: 'something private' }] },
    '7',
    provider.connection(fixtures.connection),
    testContext(),
  )
  const thrown = await sent.catch((error: unknown) => error)
  expect(thrown).toBeInstanceOf(Error)
  const shown = inspect(thrown, { depth: 9, showHidden: true }) + JSON.stringify(thrown)
  expect(shown).not.toContain('something private')
  expect(shown).not.toContain('not-a-real-token')
})

test('formatting survives the way in and out again', () => {
  const text = '👩‍👩‍👧 bold under struck code block quoted hidden linked'
  const marks = marksOf(text, [
    { type: 'bold', offset: 9, length: 4 },
    { type: 'underline', offset: 14, length: 5 },
    { type: 'strikethrough', offset: 20, length: 6 },
    { type: 'code', offset: 27, length: 4 },
    { type: 'pre', offset: 32, length: 5 },
    { type: 'expandable_blockquote', offset: 38, length: 6 },
    { type: 'spoiler', offset: 45, length: 6 },
    { type: 'text_link', offset: 52, length: 6, url: 'https://shop.example/' },
    { type: 'mention', offset: 0, length: 3 },
    { type: 'bold', offset: 50, length: 50 },
  ])
  expect(marks.map((mark) => [mark.kind, text.slice(mark.start, mark.end)])).toEqual([
    ['bold', 'bold'],
    ['underline', 'under'],
    ['strike', 'struck'],
    ['code', 'code'],
    ['pre', 'block'],
    ['quote', 'quoted'],
    ['spoiler', 'hidden'],
    ['link', 'linked'],
  ])
  expect(marksOf(text, entitiesOf(marks))).toEqual(marks)
})

test('the hand-off link opens the bot with its token', () => {
  expect(telegram.linkTo?.(fixtures.connection, 'k7Yx_2-QmZr9sT0uVbWc1A')).toBe(
    'https://t.me/hub_bot?start=k7Yx_2-QmZr9sT0uVbWc1A',
  )
})
