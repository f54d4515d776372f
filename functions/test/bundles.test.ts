/** The functions as they are deployed: bundled, weighed, and run from the bundle with real events. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { toItem } from '@throughline/core/connection/record.ts'
import type { Connection } from '@throughline/core/connector.ts'
import { Entry } from '@throughline/core/entry.ts'
import { plain } from '@throughline/core/message.ts'
import type { Poke } from '@throughline/core/queue/queue.ts'
import { keys, type Place } from '@throughline/core/store/keys.ts'
import type { SQSEvent } from 'aws-lambda'
import webhooks from 'twilio/lib/webhooks/webhooks.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bundle, bundle } from './bundle.ts'
import { type Cloud, startCloud } from './cloud.ts'
import { httpEvent, sesEvent, snsEvent, sqsEvent, sqsRecord } from './events.ts'
import { type Lambda, startLambda } from './lambda.ts'

const NAMES = ['webhook', 'email', 'route', 'fetch', 'deliver', 'mirror', 'due', 'heal', 'dead', 'api'] as const
type Name = (typeof NAMES)[number]
const SID = `AC${'0'.repeat(32)}`
const TOKEN = 'token-of-the-account'
const HOOK = 'hook_of-sms-0123456789'

let folder: string
let cloud: Cloud
const bundles = new Map<string, Bundle>()
const running = new Map<string, Lambda>()

async function invoke(name: Name, event: unknown): Promise<unknown> {
  const file = bundles.get(name)?.file ?? ''
  const lambda = running.get(name) ?? (await startLambda(file, cloud.env))
  running.set(name, lambda)
  return lambda.invoke(event)
}

/** A live connection as `connect` leaves it behind. */
async function connected(kind: string, more: Partial<Connection>): Promise<void> {
  const connection: Connection = {
    id: `con-${kind}`,
    workspace: 'w1',
    kind,
    name: kind,
    status: 'live',
    hook: HOOK,
    hookUrl: `${cloud.hub.publicUrl}/hooks/${HOOK}`,
    account: kind,
    address: kind,
    settings: {},
    credentials: {},
    secret: 'secret',
    data: {},
    version: 1,
    ...more,
  }
  await cloud.hub.store.put(await toItem(cloud.hub, connection, undefined))
  const place = { workspace: 'w1', connection: connection.id }
  await cloud.hub.store.put({ ...keys.hook(connection.hook), ...place })
  await cloud.hub.store.put({ ...keys.mailbox(connection.address), ...place })
}

async function entriesOf(at: Place): Promise<Entry[]> {
  const items = await cloud.hub.store.query(keys.log(at), { prefix: keys.entries })
  return items.map((item) => Entry.parse(item.entry))
}
const textOf = (entry: Entry | undefined) => (entry?.kind === 'message' ? plain(entry.parts) : undefined)

/** As Twilio sends a message: signed over URL and fields by its own library. */
function sms(text: string, id: string, signWith = TOKEN) {
  const fields = { AccountSid: SID, MessageSid: id, SmsMessageSid: id, From: '+15005550001', To: '+15005550006', Body: text }
  const url = `${cloud.hub.publicUrl}/hooks/${HOOK}`
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'X-Twilio-Signature': webhooks.getExpectedTwilioSignature(signWith, url, fields),
  }
  const body = new URLSearchParams(fields).toString()
  return httpEvent({ method: 'POST', path: `/hooks/${HOOK}`, headers, body, base64: true })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-bundles-'))
  for (const name of NAMES) bundles.set(name, await bundle(name, folder))
  cloud = await startCloud()
  await connected('sms', {
    account: `${SID}:+15005550006`,
    settings: { from: '+15005550006' },
    credentials: { accountSid: SID, authToken: TOKEN },
  })
  await connected('email', { hook: 'hook_of-email', address: 'shop@hub.example', settings: { address: 'shop@hub.example' } })
})
afterAll(() => {
  for (const lambda of running.values()) lambda.stop()
  cloud?.stop()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

describe('bundles', () => {
  it('of the doors carry no SDK that only calls need', () => {
    const sizes = [...bundles].map(([name, { bytes }]) => `${name} ${Math.round(bytes / 1024)} KiB`)
    console.log(`bundles: ${sizes.join(', ')}`)
    for (const name of ['webhook', 'email', 'route', 'due', 'heal', 'dead'] as const) {
      const modules = bundles.get(name)?.inputs.filter((path) => path.includes('node_modules/')) ?? []
      const twilio = modules.filter((path) => path.includes('/twilio/'))
      expect(modules.length, name).toBeGreaterThan(10)
      expect(
        modules.filter((path) => path.includes('/grammy/')),
        name,
      ).toEqual([])
      expect(
        twilio.filter((path) => !path.includes('twilio/lib/webhooks/')),
        name,
      ).toEqual([])
      expect(
        modules.filter((path) => path.includes('zod/v4/classic')),
        name,
      ).toEqual([])
      expect(
        modules.filter((path) => /node_modules\/(nodemailer|libphonenumber-js)\//.test(path)),
        name,
      ).toEqual([])
    }
  })
})

describe('webhook', () => {
  it('takes a form in base64, signed by the provider’s own library, once', async () => {
    expect(await invoke('webhook', sms('Grüße & 100 % 👋', 'SM1'))).toMatchObject({ statusCode: 200 })
    const [poke] = cloud.pokes
    if (!poke) throw new Error('nobody was poked')
    expect(poke).toMatchObject({ to: 'route', workspace: 'w1' })
    const before = await entriesOf(poke)
    expect(before.map(textOf)).toEqual(['Grüße & 100 % 👋'])
    expect(await invoke('webhook', sms('Grüße & 100 % 👋', 'SM1'))).toMatchObject({ statusCode: 200 })
    expect(await entriesOf(poke)).toEqual(before)
  })

  it('refuses strangers, unknown addresses and bodies too large with a problem that says so', async () => {
    const refused = async (event: unknown) => {
      const count = cloud.pokes.length
      const result = await invoke('webhook', event)
      expect(cloud.pokes.length).toBe(count)
      return result
    }
    const problem = (status: number, code: string) => ({
      statusCode: status,
      headers: { 'content-type': 'application/problem+json' },
      body: expect.stringContaining(`"code":"${code}"`),
    })
    expect(await refused(sms('hello', 'SM2', 'another token'))).toMatchObject(problem(401, 'bad_signature'))
    expect(await refused(httpEvent({ method: 'POST', path: '/hooks/nobody', body: '{}' }))).toMatchObject(
      problem(404, 'unknown_hook'),
    )
    expect(await refused(httpEvent({ method: 'POST', path: '/hooks/../v1', body: '{}' }))).toMatchObject(
      problem(404, 'unknown_hook'),
    )
    const large = httpEvent({ method: 'POST', path: `/hooks/${HOOK}`, body: 'x'.repeat(1024 * 1024 + 1) })
    expect(await refused(large)).toMatchObject(problem(413, 'too_large'))
  })
})

describe('workers', () => {
  const record = (id: string, poke: Poke) => sqsRecord(id, `${poke.workspace}/${poke.log}`, JSON.stringify(poke))
  const route = (log: string): Poke => ({ to: 'route', workspace: 'w1', log })

  it('do what can be done of a batch, hold back a failed group alone, and let go of what is no poke', async () => {
    const [good] = cloud.pokes
    if (!good) throw new Error('nobody was poked')
    await cloud.hub.store.put({ ...keys.entry({ workspace: 'w1', log: 'spoilt' }, 1), entry: { kind: 'spoilt' } })
    const event: SQSEvent = sqsEvent(
      record('1', route('spoilt')),
      sqsRecord('2', 'x', 'not a poke'),
      record('3', route(good.log)),
      record('4', { ...route('spoilt'), log: 'spoilt' }),
      sqsRecord('5', 'x', JSON.stringify({ to: 'deliver', workspace: 'w1', log: good.log })),
    )
    const expected = { batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: '4' }] }
    expect(await invoke('route', event)).toEqual(expected)
    expect(await cloud.hub.store.get(keys.snapshot(good))).toBeDefined()
    expect(
      running
        .get('route')
        ?.log()
        .match(/poke\.unreadable/g),
    ).toHaveLength(2)
    expect(running.get('route')?.log()).not.toContain('not a poke')
  })

  it('start from their bundles and find nothing to do', async () => {
    const [{ workspace, log } = { workspace: '', log: '' }] = cloud.pokes
    for (const to of ['fetch', 'deliver'] as const) {
      expect(await invoke(to, sqsEvent(record('1', { to, workspace, log })))).toEqual({ batchItemFailures: [] })
    }
    const mirror = record('1', { to: 'mirror', workspace, log, connection: 'con-gone' })
    expect(await invoke('mirror', sqsEvent(mirror))).toEqual({ batchItemFailures: [] })
    await invoke('due', { version: '0', 'detail-type': 'Scheduled Event' })
  })

  it('heal what the table’s stream shows, each log once', async () => {
    const [at] = cloud.pokes
    if (!at) throw new Error('nobody was poked')
    const change = (key: { pk: string; sk: string }, SequenceNumber: string) => ({
      eventName: 'INSERT',
      dynamodb: { Keys: { pk: { S: key.pk }, sk: { S: key.sk } }, SequenceNumber, StreamViewType: 'KEYS_ONLY' },
    })
    const count = cloud.pokes.length
    const Records = [change(keys.entry(at, 1), '1'), change(keys.entry(at, 2), '2'), change(keys.snapshot(at), '3')]
    expect(await invoke('heal', { Records })).toEqual({ batchItemFailures: [] })
    const healed = cloud.pokes.slice(count).map((poke) => `${poke.to} ${poke.log}`)
    expect(new Set(healed).size).toBe(healed.length)
    expect(healed.every((words) => words.endsWith(at.log))).toBe(true)
  })

  it('bury what came back too often, for the operator to see', async () => {
    const poke: Poke = { to: 'deliver', workspace: 'w1', log: 'lost' }
    const event = sqsEvent(sqsRecord('1', 'x', JSON.stringify(poke), 'HubDead.fifo'), sqsRecord('2', 'x', '?', 'HubDead.fifo'))
    expect(await invoke('dead', event)).toEqual({ batchItemFailures: [] })
    const { pk } = keys.dead('w1', '')
    expect(await cloud.hub.store.query(pk, { prefix: keys.deads })).toMatchObject([{ kind: 'poke', poke }])
  })
})

describe('email', () => {
  it('takes the mail that SES names from the bucket, once', async () => {
    const mail =
      'From: Ann <ann@customers.example>\r\nTo: shop@hub.example\r\nMessage-ID: <m1@customers.example>\r\nSubject: Hi\r\n\r\nIs it blue?\r\n'
    cloud.objects.set('/blobs/inbound-mail/ses1', Buffer.from(mail))
    const count = cloud.pokes.length
    await invoke('email', sesEvent('ses1', 'shop@hub.example', 'PASS'))
    const poke = cloud.pokes[count]
    if (!poke) throw new Error('nobody was poked')
    const entries = await entriesOf(poke)
    expect(entries.map(textOf)).toEqual(['Is it blue?'])
    await invoke('email', sesEvent('ses1', 'shop@hub.example', 'PASS'))
    expect(await entriesOf(poke)).toEqual(entries)
  })

  it('hears from SNS what became of a mail that was sent', async () => {
    const mail = { messageId: 'sent-1', source: 'Shop <shop@hub.example>', destination: ['gone@customers.example'] }
    const bouncedRecipients = [{ emailAddress: 'gone@customers.example', status: '5.1.1' }]
    const event = { eventType: 'Bounce', mail, bounce: { bounceType: 'Permanent', bouncedRecipients } }
    const count = cloud.pokes.length
    await invoke('email', snsEvent('sns1', JSON.stringify(event)))
    const poke = cloud.pokes[count]
    if (!poke) throw new Error('nobody was poked')
    expect(await entriesOf(poke)).toMatchObject([{ kind: 'optOut', data: { why: 'bounce', address: 'gone@customers.example' } }])
    await invoke('email', snsEvent('sns2', 'no event at all'))
    expect(cloud.pokes.length).toBe(count + 1)
  })

  it('fails, to be given again, when the mail is not there', async () => {
    await expect(invoke('email', sesEvent('ses2', 'shop@hub.example', 'PASS'))).rejects.toThrow('not in the bucket')
  })
})

describe('api', () => {
  const get = (path: string) => invoke('api', httpEvent({ method: 'GET', path }))

  it('answers for REST and for the pages', async () => {
    expect(await get('/healthz')).toMatchObject({ statusCode: 200 })
    expect(await get('/v1/openapi.json')).toMatchObject({ statusCode: 200, body: expect.stringContaining('"openapi":"3') })
    expect(await get('/v1/customers')).toMatchObject({ statusCode: 401 })
    expect(await get('/inbox')).toMatchObject({
      headers: expect.objectContaining({ 'content-security-policy': expect.any(String) }),
    })
    expect(await get('/nothing')).toMatchObject({ statusCode: 404, body: expect.stringContaining('"code":"not_found"') })
  })
})
