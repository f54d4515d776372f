/** What only mail knows: Message-IDs that lead back, threads that stay small, SES, and how far a mail was when the line broke. */
import { createServer } from 'node:net'
import { emailCalls } from '@throughline/core/channels/email/calls.ts'
import { connection, MAILBOX } from '@throughline/core/channels/email/fixtures/calls.ts'
import { fixtures } from '@throughline/core/channels/email/fixtures/index.ts'
import { smtpStandIn } from '@throughline/core/channels/email/fixtures/stand-in.ts'
import { idFor, ownId } from '@throughline/core/channels/email/ids.ts'
import { email } from '@throughline/core/channels/email/index.ts'
import { readThread } from '@throughline/core/channels/email/thread.ts'
import type { Connection } from '@throughline/core/connector.ts'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { testContext } from './context.ts'
import { closedPort, httpStandIn } from './stand-in.ts'

const hello = { parts: [{ type: 'text' as const, text: 'hello' }] }
const ANN = 'ann@customer.example'
const parseOf = async (raw: string) => {
  const request = await fixtures.sign(new TextEncoder().encode(raw.replaceAll('\n', '\r\n')), connection)
  return email.parse(request, connection)
}

describe('Message-IDs', () => {
  test('bear any reference there and back', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (reference) => {
        const id = idFor(reference, MAILBOX)
        expect(id).toMatch(/^[\w.%-]+@shop\.example$/)
        expect(ownId(`<${id}>`, MAILBOX)).toEqual({ id, reference })
      }),
    )
  })

  test('of others are not ours', () => {
    for (const other of ['<a@other.example>', '<a@shop.example.org>', '', '<>', '<a b@shop.example>', '<%zz@shop.example>'])
      expect(ownId(other, MAILBOX)).toBeUndefined()
  })
})

test('a thread keeps the newest 20 references and stays under 2 KB', async () => {
  const ids = Array.from({ length: 60 }, (_, index) => `<${index}.${'x'.repeat(90)}@customer.example>`)
  const [event] = await parseOf(
    `From: ${ANN}\nSubject: ${'s'.repeat(900)}\nMessage-ID: <last@customer.example>\nReferences: ${ids.join('\n ')}\n\nhi`,
  )
  const thread = event?.type === 'message' ? event.thread : undefined
  expect(JSON.stringify(thread).length).toBeLessThan(2048)
  expect(readThread(thread)).toMatchObject({ messageId: '<last@customer.example>' })
  expect(readThread(thread).references?.at(-1)).toBe(ids.at(-1))
  expect(readThread(thread).references?.length).toBeLessThanOrEqual(20)
})

test('an answer to our mail can be answered again in the same thread, however often', async () => {
  const standIn = await smtpStandIn()
  try {
    let thread: Record<string, unknown> | undefined
    for (let round = 0; round < 12; round++) {
      const context = testContext({ reference: `ref-${round}`, thread })
      await emailCalls.send(hello, ANN, standIn.connection(connection), context)
      const ours = standIn.requests.at(-1)?.headers ?? {}
      expect(ours.subject).toBe(round ? 'Re: Message from Shop' : 'Message from Shop')
      const references = [ours.references, ours['message-id']].filter(Boolean).join(' ')
      const [event] = await parseOf(
        `From: ${ANN}\nSubject: ${ours.subject}\nMessage-ID: <a${round}@c.example>\nIn-Reply-To: ${ours['message-id']}\nReferences: ${references}\n\nhi`,
      )
      if (event?.type !== 'message') throw new Error('no message')
      expect(event.replyTo).toBe(`ref-${round}@shop.example`)
      thread = event.thread
    }
    const references = standIn.requests.at(-1)?.headers?.references?.split(/\s+/) ?? []
    expect(references.length).toBe(20)
    expect(references.at(-1)).toBe('<a10@c.example>')
  } finally {
    await standIn.close()
  }
})

describe('how far the mail was', () => {
  const listen = async (script: (line: string) => string | undefined) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.write('220 test\r\n')
      socket.on('data', (bytes) => {
        for (const line of bytes.toString().split('\r\n').filter(Boolean)) {
          const reply = script(line)
          if (reply === undefined) return void socket.destroy()
          if (reply) socket.write(`${reply}\r\n`)
        }
      })
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const address = server.address()
    const port = address && typeof address === 'object' ? address.port : 0
    return { root: `smtp://127.0.0.1:${port}`, close: () => new Promise((closed) => server.close(closed)) }
  }
  const failureOf = async (apiRoot: string, credentials: Record<string, unknown> = {}) => {
    const context = testContext({ timeout: 300 })
    const sent = emailCalls.send(hello, ANN, { ...connection, apiRoot, credentials }, context)
    return emailCalls.classify(await sent.then(() => 'it was sent').catch((error: unknown) => error))
  }

  test('nobody listens, and a server that never greets: certain', async () => {
    expect(await failureOf(`smtp://127.0.0.1:${await closedPort()}`)).toMatchObject({
      code: 'notSent',
      certain: true,
      again: { after: 30 },
    })
    const silent = createServer(() => undefined)
    await new Promise<void>((listening) => silent.listen(0, '127.0.0.1', listening))
    const address = silent.address()
    expect(await failureOf(`smtp://127.0.0.1:${address && typeof address === 'object' ? address.port : 0}`)).toMatchObject({
      code: 'notSent',
      certain: true,
    })
    silent.close()
  })

  test('cut before the server knew us: certain; cut within the mail: not', async () => {
    const early = await listen(() => undefined)
    expect(await failureOf(early.root)).toMatchObject({ certain: true })
    await early.close()
    const late = await listen((line) => {
      if (line === 'DATA') return '354 go on'
      return /^(EHLO|MAIL|RCPT)/.test(line) ? '250 ok' : line === '.' ? undefined : ''
    })
    expect(await failureOf(late.root)).toMatchObject({ certain: false, again: 'never' })
    await late.close()
  })

  test('a wrong password is named, and never goes to a server that offers no TLS', async () => {
    const heard: string[] = []
    const server = await listen((line) => {
      heard.push(line)
      if (line.startsWith('EHLO')) return '250-test\r\n250 AUTH PLAIN'
      return line.startsWith('AUTH') ? '535 5.7.8 no' : '250 ok'
    })
    const wrong = server.root.replace('//', '//shop:wrong-password@')
    expect(await failureOf('', { smtpUrl: wrong })).toMatchObject({ code: 'unauthorized', effect: 'unauthorized', certain: true })
    expect(heard.some((line) => line.startsWith('AUTH'))).toBe(true)
    heard.length = 0
    const elsewhere = wrong.replace('127.0.0.1', '0.0.0.0')
    expect(await failureOf('', { smtpUrl: elsewhere })).toMatchObject({ code: 'notSent', certain: true })
    expect(heard.some((line) => line.startsWith('AUTH'))).toBe(false)
    await server.close()
  })
})

describe('Amazon SES', () => {
  beforeEach(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
    vi.stubEnv('AWS_REGION', 'eu-west-1')
  })
  afterEach(() => void vi.unstubAllEnvs())
  const bySes: Connection = { ...connection, settings: { address: MAILBOX, via: 'ses' } }

  test('sends the raw mail with our reference as a tag, and gives its id', async () => {
    const ses = await httpStandIn()
    ses.answer({ json: { MessageId: '0100018c-1' } })
    const sent = await emailCalls.send(hello, ANN, ses.connection(bySes), testContext({ reference: '01HX/3' }))
    expect(sent).toEqual({ id: '0100018c-1', state: 'accepted' })
    expect(ses.requests).toMatchObject([
      {
        method: 'POST',
        path: '/v2/email/outbound-emails',
        body: {
          FromEmailAddress: MAILBOX,
          Destination: { ToAddresses: [ANN] },
          EmailTags: [{ Name: 'reference', Value: '01HX-3' }],
        },
      },
    ])
    const raw = Buffer.from(JSON.parse(JSON.stringify(ses.requests[0]?.body)).Content.Raw.Data, 'base64').toString()
    expect(raw).toContain('Message-ID: <01HX%2F3@shop.example>')
    expect(raw).toContain('hello')
    await ses.close()
  })

  test.each([
    [
      { status: 429, headers: { 'x-amzn-errortype': 'TooManyRequestsException' } },
      { code: 'rateLimited', certain: true },
    ],
    [
      { status: 400, headers: { 'x-amzn-errortype': 'MessageRejected' } },
      { code: 'badContent', certain: true },
    ],
    [
      { status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } },
      { code: 'unauthorized', certain: true },
    ],
    [{ status: 500 }, { certain: false, again: 'never' }],
    [{ hang: true }, { certain: false, again: 'never' }],
  ])('error %j, asked once', async (answer, failure) => {
    const ses = await httpStandIn()
    ses.answer(answer)
    const sent = emailCalls.send(hello, ANN, ses.connection(bySes), testContext({ timeout: 300 }))
    expect(emailCalls.classify(await sent.catch((error: unknown) => error))).toMatchObject(failure)
    expect(ses.requests.length).toBe(1)
    await ses.close()
  })

  test('connects where sending is on, and says when it is off', async () => {
    const ses = await httpStandIn()
    ses.answer({ json: { SendingEnabled: true, ProductionAccessEnabled: false } }, { json: { SendingEnabled: false } })
    expect(await emailCalls.connect(ses.connection(bySes), testContext())).toEqual({ account: MAILBOX, address: MAILBOX })
    await expect(emailCalls.connect(ses.connection(bySes), testContext())).rejects.toMatchObject({ code: 'sending_off' })
    await ses.close()
  })
})
