/** Slack's signature against worked vectors, and its marks in detail. */

import { fixtureConnection, fixtureRequest } from '@throughline/core/tools/fixture.ts'
import { tools } from '@throughline/core/tools/index.ts'
import { toPlain, toSlack } from '@throughline/core/tools/slack/text.ts'
import { describe, expect, test } from 'vitest'

const connection = fixtureConnection('slack', {
  credentials: { botToken: 'xoxb-1', signingSecret: '8f742231b10e8888abcd99yyyzzz85a5' },
  data: { user: 'U0BOT0001', channel: 'C1', named: true },
})
const utf8 = (text: string) => new TextEncoder().encode(text)

describe('signature v0', () => {
  const vectors: [number, string, string][] = [
    [
      1531420618,
      'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
      'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503',
    ],
    [
      1700000000,
      '{"type":"event_callback","team_id":"T1","event_id":"Ev1","event":{"type":"message","channel":"C1","user":"U1","text":"Привет","ts":"1700000000.000200","thread_ts":"1700000000.000100"}}',
      'v0=35fec781a5f2a7a278ab1522d87cc0d195cf3aa0a2384ba0a82d722eda010399',
    ],
  ]
  test.each(vectors)('at %i', async (at, body, signature) => {
    const headers = { 'x-slack-request-timestamp': String(at), 'x-slack-signature': signature }
    const request = (now: number, bytes = utf8(body)) => ({ ...fixtureRequest(connection, bytes, headers), now })
    const { verify } = tools.slack
    expect([-301, -300, 0, 300, 301].map((drift) => verify(request(at + drift), connection))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ])
    expect(verify(request(at, utf8(`${body} `)), connection)).toBe(false)
  })
})

describe('what a line is', () => {
  const eventOf = (text: string, more: object = {}) => {
    const message = {
      type: 'message',
      channel: 'C1',
      user: 'U1',
      text,
      ts: '1700000000.000200',
      thread_ts: '1700000000.000100',
      ...more,
    }
    return tools.slack.parse(
      fixtureRequest(connection, utf8(JSON.stringify({ type: 'event_callback', event: message }))),
      connection,
    )
  }
  test.each([
    ['!close', { type: 'command', name: 'close', rest: '' }],
    [' /Tag  vip ', { type: 'command', name: 'tag', rest: 'vip' }],
    ['!note', { type: 'command', name: 'note', rest: '' }],
    ['!Note x', { type: 'note', text: 'x' }],
    ['!закрыть', { type: 'command', name: 'закрыть' }],
    ['!!!', { type: 'reply', parts: [{ type: 'text', text: '!!!' }] }],
    ['! wow', { type: 'reply' }],
    ['/usr/bin is a folder', { type: 'reply' }],
    ['say !close', { type: 'reply' }],
  ])('%j', async (text, event) => expect(await eventOf(text)).toMatchObject([event]))

  test('nothing is nothing', async () => expect(await eventOf(' \n ')).toEqual([]))
  test('our own user is told by the connection, whatever else the event says', async () => {
    expect(await eventOf('hello', { user: 'U0BOT0001' })).toEqual([])
    expect(await eventOf('hello', { user: 'U2' })).toMatchObject([{ type: 'reply', author: { id: 'U2' } }])
  })
})

describe('marks', () => {
  test.each([
    ['a &amp;lt; b', 'a &lt; b'],
    ['<https://example.com>', 'https://example.com'],
    ['<https://example.com/|example.com>', 'example.com'],
    ['<https://evil.example/|https://bank.example>', 'https://bank.example (https://evil.example/)'],
    ['<mailto:a@b.example|a@b.example>', 'a@b.example'],
    ['<@U1|olga> <#C1> <!channel> <!date^1392734382^{date}^https://example.com/|Feb 18>', '@olga #C1 @channel Feb 18'],
    ['1 &lt; 2 &gt; 0 <> <', '1 < 2 > 0 <> <'],
  ])('%s', (text, plain) => expect(toPlain(text)).toBe(plain))

  test('a text that goes out comes back as it was', () => {
    for (const text of ['<!channel> & <@U1>', '&lt;', 'a|b > c', '😀 Привет']) expect(toPlain(toSlack(text))).toBe(text)
  })
})
