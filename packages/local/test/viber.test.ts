/** The sandboxed Viber: its calls as JSON over HTTP, its callbacks checked over their raw bytes. */
import { createHmac } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { ann } from '../src/sandbox/ann.ts'
import { type Place, place, until } from './place.ts'

let here: Place
afterEach(() => here.close())

async function call(
  method: string,
  body: object,
  token = here.state.viber.token,
): Promise<{ status: number; raw: string; json: Record<string, unknown> }> {
  const headers = { 'content-type': 'application/json', 'x-viber-auth-token': token }
  const answer = await fetch(`${here.origin}/viber/pa/${method}`, { method: 'POST', headers, body: JSON.stringify(body) })
  const raw = await answer.text()
  return { status: answer.status, raw, json: JSON.parse(raw) }
}
const text = { receiver: ann.viber, type: 'text', sender: { name: 'Shop' }, text: 'Hello' }
const hooked = async () => call('set_webhook', { url: here.hook, event_types: ['delivered', 'seen'] })

test('set_webhook calls back at once, signed, and refuses an address that does not answer 200', async () => {
  here = await place([503])
  expect((await hooked()).json).toMatchObject({ status: 1, status_message: 'invalidUrl' })
  expect((await hooked()).json).toMatchObject({ status: 0, event_types: expect.arrayContaining(['message', 'seen']) })
  const last = here.heard.at(-1)
  const body = last?.body ?? ''
  expect(JSON.parse(body).event).toBe('webhook')
  const expected = createHmac('sha256', here.state.viber.token).update(body).digest('hex')
  expect(last?.headers['x-viber-content-signature']).toBe(expected)
  expect((await call('get_account_info', {})).json).toMatchObject({ status: 0, webhook: here.hook, name: 'Demo Shop' })
})

test('errors come with HTTP 200 and a status', async () => {
  here = await place()
  const status = async (body: object, token?: string) => (await call('send_message', body, token)).json.status
  expect(await status(text, 'wrong')).toBe(2)
  expect(await status(text)).toBe(10)
  await hooked()
  expect(await status(text)).toBe(6)
  await here.sandbox.phones.viber.write({ text: 'hi' })
  expect(await status({ ...text, receiver: 'nobody' })).toBe(5)
  expect(await status({ ...text, sender: { name: 'n'.repeat(29) } })).toBe(3)
  expect(await status({ ...text, tracking_data: null })).toBe(3)
  here.state.faults.viber.limit = 1
  expect(await status(text)).toBe(12)
  expect(await status(text)).toBe(0)
  await here.sandbox.phones.viber.block?.(true)
  expect(await status(text)).toBe(6)
})

test('tokens are whole numbers beyond 2^53, the same in answer and receipts; callbacks come again until 200', async () => {
  here = await place()
  await hooked()
  await here.sandbox.phones.viber.write({ text: 'quote: "message_token":"1"' })
  await until(() => here.state.outbox.length === 0)
  const incoming = here.heard.at(-1)?.body ?? ''
  const inToken = /"message_token":(\d+)/.exec(incoming)?.[1] ?? ''
  expect(inToken).toBe(here.state.phones.viber[0]?.id)
  expect(String(Number(inToken))).not.toBe(inToken)
  expect(JSON.parse(incoming)).toMatchObject({
    event: 'message',
    sender: { id: ann.viber },
    message: { text: 'quote: "message_token":"1"' },
  })

  const { raw } = await call('send_message', text)
  const token = /"message_token":(\d+)/.exec(raw)?.[1] ?? ''
  await until(() => here.state.outbox.length === 0)
  const receipts = here.heard.slice(-2).map(({ body }) => [JSON.parse(body).event, /"message_token":(\d+)/.exec(body)?.[1]])
  expect(receipts).toEqual([
    ['delivered', token],
    ['seen', token],
  ])
  expect(here.state.phones.viber.map((one) => one.text)).toEqual(['quote: "message_token":"1"', 'Hello'])
})

test('a keyboard is shown, its keys say their words; one that Viber would not take is refused', async () => {
  here = await place()
  await hooked()
  await here.sandbox.phones.viber.write({ text: 'hi' })
  const key = { Columns: 6, Rows: 1, ActionType: 'reply', ActionBody: 'Yes', Text: 'Yes!' }
  const asking = (Buttons: object[]) =>
    call('send_message', { ...text, keyboard: { Type: 'keyboard', DefaultHeight: false, Buttons } })
  expect((await asking([{ ...key, Columns: 7 }])).json.status).toBe(3)
  expect((await asking([{ ...key, ActionBody: '' }])).json.status).toBe(3)
  expect((await asking([key, { ...key, ActionType: 'open-url', ActionBody: 'https://demo.example' }])).json.status).toBe(0)
  const shown = here.state.phones.viber.at(-1)
  expect(shown?.buttons).toEqual([
    { text: 'Yes!', data: 'Yes' },
    { text: 'Yes!', url: 'https://demo.example' },
  ])
  const { press } = here.sandbox.phones.viber
  await press?.(shown?.id ?? '', 'forged')
  await press?.(shown?.id ?? '', 'Yes')
  await until(() => here.state.outbox.length === 0)
  const said = here.heard.map(({ body }) => JSON.parse(body)).filter(({ event }) => event === 'message')
  expect(said.map(({ message }) => message.text)).toEqual(['hi', 'Yes'])
})
