/** Erasing a customer: nothing of theirs is left anywhere, whoever dies while it is done, and whoever else was in it stays. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '../src/connector.ts'
import type { Author } from '../src/entry.ts'
import { change, mergeCustomers, unmergeCustomer } from '../src/flow/change.ts'
import { createCustomer } from '../src/flow/create.ts'
import { recordSent } from '../src/flow/deliver-outcome.ts'
import { eraseCustomer } from '../src/flow/erase.ts'
import { heal } from '../src/flow/heal.ts'
import { listCustomers } from '../src/flow/list.ts'
import { reply } from '../src/flow/reply.ts'
import { readDelivery, readEntries } from '../src/flow/timeline.ts'
import { markRead, readCard } from '../src/flow/view.ts'
import type { CallingHub } from '../src/hub.ts'
import { plain } from '../src/message.ts'
import { placeOf } from '../src/store/keys.ts'
import type { Item } from '../src/store/store.ts'
import { copyOf, Died, dyingAt, type ListedBlobs, listedBlobs } from './hub/crash.ts'
import { fixturesOf } from './hub/wire.ts'
import { posted, runPoke, type TestHub, testHub, testQueue, WORKSPACE } from './hub.ts'

const ANN = 1
const BOB = 2
const ivan: Author = { kind: 'agent', id: 'ivan', name: 'Ivan', tool: 'inbox' }
/** What only Ann's stream holds: her words and whatever tells who she is. */
const HERS = /zebra|Ann 1|5551001|8000000001|ann1@example/i
const BOBS = /quagga|Ann 2|5551002|8000000002/i

let t: TestHub
let blobs: ListedBlobs
let on: Record<'telegram' | 'sms' | 'email' | 'slack' | 'webhook', Connection>

async function open(engine: 'memory' | 'dynalite'): Promise<void> {
  blobs = listedBlobs()
  times.clear()
  t = await testHub({
    engine,
    parts: () => ({ blobs }),
    config: { rules: [{ name: 'greet', when: { first: true }, then: { answer: 'Hello', tag: ['new'] } }] },
  })
  const [telegram, sms, email] = [await t.connect('telegram'), await t.connect('sms'), await t.connect('email')]
  on = { telegram, sms, email, slack: await t.connect('slack'), webhook: await t.connect('webhook') }
}
afterEach(() => t.stop())

/** Identity records stay, so that the next message finds that its customer was erased; a key is an address. */
const besidesIdentities = (items: readonly Item[]) =>
  JSON.stringify(
    items.filter(({ pk }) => !pk.startsWith('I#')),
    null,
    1,
  )
const linesWith = (items: readonly Item[], what: RegExp) =>
  besidesIdentities(items)
    .split('\n')
    .filter((line) => what.test(line))

const long = `zebra ${'stripes '.repeat(3000)}`
/** When the numbered messages were written: one that comes again is the same to the byte. */
const times = new Map<number | undefined, number>()
const say = async (kind: 'telegram' | 'sms', who: number, text: string, n?: number) => {
  if (!times.has(n)) t.clock.now += 60_000
  const at = times.get(n) ?? t.clock.now
  if (n) times.set(n, at)
  const answer = await t.say(on[kind], { who, text, at, ...(n ? { n } : {}) })
  await t.drain()
  return answer
}

async function shareContact(who: number): Promise<void> {
  const id = 8_000_000_000 + who
  const from = { id, is_bot: false, first_name: `Ann ${who}` }
  const contact = { phone_number: `1500555100${who}`, first_name: 'Ann', user_id: id }
  const message = { message_id: 990 + who, from, chat: { id, type: 'private' }, date: 1767600000, contact }
  const body = new TextEncoder().encode(JSON.stringify({ update_id: 700_000_990 + who, message }))
  await t.enter(on.telegram, await (await fixturesOf('telegram')).sign(body, on.telegram))
  await t.drain()
}

async function mailWithFile(): Promise<void> {
  const text = [
    'From: Ann 1 <ann1@example.com>',
    'To: support@hub.example',
    'Subject: The zebra',
    'Message-ID: <zebra@example.com>',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'See the zebra',
    '--b',
    'Content-Type: text/csv; name=zebra.csv',
    'Content-Disposition: attachment; filename=zebra.csv',
    '',
    'zebra;1',
    '--b--',
  ].join('\r\n')
  const request = await (await fixturesOf('email')).sign(new TextEncoder().encode(text), on.email)
  await t.enter(on.email, posted(request, 'ann1@example.com'))
  await t.drain()
}

/** Ann on three channels, two joined by proof and one by an agent, with everything that a customer may have. */
async function ann(): Promise<string> {
  await say('telegram', ANN, 'zebra one', 11)
  await say('sms', ANN, 'zebra two')
  await shareContact(ANN)
  await mailWithFile()
  const customer = await t.logOf(on.telegram, ANN)
  await mergeCustomers(t.hub, WORKSPACE, await t.logOf(on.email, ANN), customer, ivan)
  await t.drain()
  await say('telegram', ANN, long, 12)
  const upload = `${WORKSPACE}/upload/invoice`
  await blobs.put(upload, { bytes: Buffer.from('zebra invoice'), mime: 'text/plain' })
  const parts = [
    { type: 'text' as const, text: 'Your zebra is here' },
    { type: 'file' as const, media: { blob: upload, name: 'zebra.txt', mime: 'text/plain' } },
  ]
  await reply(t.hub, WORKSPACE, customer, { parts, author: ivan, key: 'first' })
  await change(t.hub, WORKSPACE, customer, { kind: 'note', author: ivan, data: { text: 'likes a zebra' } })
  await change(t.hub, WORKSPACE, customer, {
    kind: 'set',
    author: ivan,
    data: { name: 'Zebra lady', fields: { pet: 'zebra' }, externalIds: { crm: 'zebra-7' } },
  })
  const data = { type: 'purchase', title: 'A zebra', data: { what: 'zebra' } }
  await change(t.hub, WORKSPACE, customer, { kind: 'activity', author: ivan, data })
  await t.drain()
  await markRead(t.hub, WORKSPACE, customer, 'ivan')
  return customer
}

async function bob(): Promise<string> {
  await say('telegram', BOB, 'quagga one')
  const customer = await t.logOf(on.telegram, BOB)
  await reply(t.hub, WORKSPACE, customer, { parts: [{ type: 'text', text: 'A quagga, sir?' }], author: ivan })
  await t.drain()
  return customer
}

const said = async (customer: string) =>
  (await readEntries(t.hub, WORKSPACE, customer, { limit: 500 })).entries.flatMap((entry) =>
    entry.kind === 'message' && !entry.erased ? [plain(entry.parts).slice(0, 20)] : [],
  )
const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error) => `${error.status} ${error.code}`,
  )

describe('an erased customer', () => {
  let customer: string
  let other: string
  async function begin(engine: 'memory' | 'dynalite'): Promise<void> {
    await open(engine)
    customer = await ann()
    other = await bob()
    expect(linesWith(await t.dump(), HERS).length).toBeGreaterThan(20)
    expect(blobs.names()).toHaveLength(3)
  }

  it.each(['memory', 'dynalite'] as const)(
    'leaves nothing in the table (%s) nor among the blobs, and answers as gone',
    async (engine) => {
      await begin(engine)
      const before = (await t.dump()).filter(({ pk }) => BOBS.test(pk) || pk.includes(other))
      await eraseCustomer(t.hub, WORKSPACE, customer, ivan)
      await t.drain()

      expect(linesWith(await t.dump(), HERS)).toEqual([])
      expect(blobs.names()).toEqual([])
      for (const ask of [
        () => readCard(t.hub, WORKSPACE, customer),
        () => readEntries(t.hub, WORKSPACE, customer, {}),
        () => reply(t.hub, WORKSPACE, customer, { parts: [{ type: 'text', text: 'x' }], author: ivan }),
      ]) {
        expect(await refusal(ask())).toBe('410 customer_erased')
      }
      expect((await listCustomers(t.hub, WORKSPACE, {})).customers.map(({ id }) => id)).toEqual([other])
      expect((await t.dump()).filter(({ pk }) => BOBS.test(pk) || pk.includes(other))).toEqual(before)
    },
  )

  it('keeps the numbers of its logs, and tells programs that it is gone but no tool anything again', async () => {
    await begin('memory')
    const numbers = async () => (await t.dump()).flatMap(({ sk, pk }) => (placeOf({ pk, sk }) ? [`${pk} ${sk}`] : []))
    const stood = await numbers()
    const taken = t.provider.taken.length
    await eraseCustomer(t.hub, WORKSPACE, customer, ivan)
    await t.drain()

    // The seal is the one that came.
    const stand = await numbers()
    expect(stand.filter((one) => stood.includes(one))).toEqual(stood)
    expect(stand).toHaveLength(stood.length + 1)
    const after = t.provider.taken.slice(taken)
    expect(after.map(({ kind }) => kind)).toEqual(['webhook'])
    expect(JSON.parse(after[0]?.text ?? '{}')).toMatchObject({ type: 'seal' })
    await t.move(20 * 60_000)
    expect(t.provider.taken).toHaveLength(taken + 1)
  })

  it('drops an old message that comes again, and begins anew with a new one', async () => {
    await begin('memory')
    const entry = await reply(t.hub, WORKSPACE, customer, { parts: [{ type: 'text', text: 'zebra again' }], author: ivan })
    await t.drain()
    await eraseCustomer(t.hub, WORKSPACE, customer, ivan)
    await t.drain()
    expect(await refusal(readDelivery(t.hub, WORKSPACE, entry.id))).toBe('410 customer_erased')

    for (const [text, n] of [
      ['zebra one', 11],
      [long, 12],
    ] as const) {
      expect(await say('telegram', ANN, text, n)).toMatchObject({ status: 200 })
    }
    expect(linesWith(await t.dump(), HERS)).toEqual([])
    expect(blobs.names()).toEqual([])

    const taken = t.provider.taken.length
    await say('telegram', ANN, 'It is me again')
    const anew = await t.logOf(on.telegram, ANN)
    expect(anew).not.toBe(customer)
    expect(await said(anew)).toEqual(['It is me again', 'Hello'])
    expect(await readCard(t.hub, WORKSPACE, anew)).toMatchObject({
      unread: 1,
      tags: ['new'],
      fields: {},
      identities: [{ channel: 'telegram' }],
    })
    expect(t.provider.taken.slice(taken).some(({ kind }) => kind === 'slack')).toBe(true)
    expect(await refusal(readCard(t.hub, WORKSPACE, customer))).toBe('410 customer_erased')
    // The phone is nobody's now: her next text message is a stranger's until she proves it again.
    await say('sms', ANN, 'And by text')
    expect(await t.logOf(on.sms, ANN)).not.toBe(anew)
  })

  it('is forgotten under every id it had, and its address may be written first', async () => {
    await begin('memory')
    await eraseCustomer(t.hub, WORKSPACE, await t.logOf(on.email, ANN), ivan)
    expect(await refusal(readCard(t.hub, WORKSPACE, customer))).toBe('410 customer_erased')
    const imported = await createCustomer(t.hub, WORKSPACE, { identities: [{ channel: 'sms', address: '+15005551001' }] }, ivan)
    expect(await t.logOf(on.sms, ANN)).toBe(imported.id)
    const taken = createCustomer(t.hub, WORKSPACE, { identities: [{ channel: 'sms', address: '+15005551001' }] }, ivan)
    expect(await refusal(taken)).toBe('409 identity_taken')
  })
})

describe('workers that began before an erasure', () => {
  it('deliver: what they record when it is over goes a while later', async () => {
    await open('memory')
    const customer = await ann()
    await eraseCustomer(t.hub, WORKSPACE, customer, ivan)
    const at = { workspace: WORKSPACE, log: customer }
    const decision = {
      at: '',
      seq: 1,
      version: '',
      refused: [
        { identity: 'sms:*:+15005551001', channel: 'sms', title: 'SMS', address: '+15005551001', why: 'behind' as const },
      ],
    }
    const sent = {
      entry: 'late',
      seq: 1,
      unit: 0,
      state: 'sent' as const,
      at: '',
      providerId: 'SM1',
      connection: on.sms.id,
      decision,
    }
    await recordSent(t.hub, at, sent)
    expect(linesWith(await t.dump(), HERS)).not.toEqual([])
    await t.move(11 * 60_000)
    expect(linesWith(await t.dump(), HERS)).toEqual([])
    expect((await t.dump()).filter(({ pk }) => pk.startsWith('P#'))).toEqual([])
  })

  it('route: its snapshot comes too late, and it takes back what it claimed', async () => {
    await open('memory')
    t.clock.now += 60_000
    await t.say(on.sms, { who: ANN, text: 'zebra one', at: t.clock.now })
    const customer = await t.logOf(on.sms, ANN)
    const poke = t.queue.waiting.shift()
    let erased = false
    const slow: CallingHub = {
      ...t.hub,
      store: {
        ...t.hub.store,
        put: async (item, when) => {
          if (item.pk.startsWith('V#') && !erased) {
            erased = true
            await eraseCustomer(t.hub, WORKSPACE, customer, ivan)
          }
          return t.hub.store.put(item, when)
        },
      },
    }
    if (poke) await runPoke(slow, poke)
    await t.drain()
    expect(erased).toBe(true)
    expect(linesWith(await t.dump(), HERS)).toEqual([])
    expect(await refusal(readCard(t.hub, WORKSPACE, customer))).toBe('410 customer_erased')
  })
})

describe('an erasure that dies', () => {
  it('at any call is finished by asking again, or by route alone once the seal stands', async () => {
    await open('memory')
    const customer = await ann()
    await t.drain()
    const items = await t.dump()
    let finished = false
    let sealed = 0
    for (let call = 1; !finished; call++) {
      for (const by of ['asking', 'route'] as const) {
        const copy = await copyOf(items, blobs, t.hub.now)
        const queue = testQueue()
        const hub: CallingHub = { ...t.hub, ...copy, queue }
        const died = await eraseCustomer(dyingAt(hub, call), WORKSPACE, customer, ivan).then(
          () => false,
          (error) => {
            if (error instanceof Died) return true
            throw error
          },
        )
        finished = !died
        if (by === 'asking') await eraseCustomer(hub, WORKSPACE, customer, ivan)
        else if ((await refusal(readCard(hub, WORKSPACE, customer))) !== '410 customer_erased') continue
        else sealed++
        for (const log of new Set(items.flatMap((item) => placeOf(item)?.log ?? [])))
          await heal(hub, { workspace: WORKSPACE, log })
        for (let poke = queue.waiting.shift(); poke; poke = queue.waiting.shift()) await runPoke(hub, poke)
        const left = await dumpOf(hub, items)
        expect({ call, by, left: linesWith(left, HERS), blobs: copy.blobs.names() }).toEqual({ call, by, left: [], blobs: [] })
      }
    }
    expect(sealed).toBeGreaterThan(50)
  })

  /** All partitions that there were, and what lies beside them now. */
  async function dumpOf(hub: CallingHub, items: readonly Item[]): Promise<Item[]> {
    const found: Item[] = []
    for (const pk of new Set(items.map((item) => item.pk))) {
      for (
        let page = await hub.store.query(pk, { prefix: '' });
        page.length > 0;
        page = await hub.store.query(pk, { prefix: '', after: page.at(-1)?.sk ?? '' })
      )
        found.push(...page)
    }
    return found
  }
})

describe('a customer who shares a past with another', () => {
  let rest: string
  let own: string
  beforeEach(async () => {
    await open('memory')
    const customer = await ann()
    const other = await bob()
    await mergeCustomers(t.hub, WORKSPACE, customer, other, ivan)
    await t.drain()
    await say('telegram', BOB, 'quagga two')
    await reply(t.hub, WORKSPACE, customer, { parts: [{ type: 'text', text: 'Two quaggas' }], author: ivan })
    await t.drain()
    await say('telegram', ANN, 'zebra three')
    await reply(t.hub, WORKSPACE, customer, { parts: [{ type: 'text', text: 'Three zebras' }], author: ivan })
    await t.drain()
    const { identities } = await readCard(t.hub, WORKSPACE, customer)
    const bobs = identities.filter(({ address }) => address === '8000000002').map(({ key }) => key)
    ;({ rest, own } = await unmergeCustomer(t.hub, WORKSPACE, customer, bobs, ivan))
    await t.drain()
  })
  const ours = ['quagga one', 'Hello', 'A quagga, sir?', 'quagga two', 'Two quaggas']

  it('goes alone: what was said to and by the other stays', async () => {
    await eraseCustomer(t.hub, WORKSPACE, rest, ivan)
    await t.drain()
    expect(await refusal(readCard(t.hub, WORKSPACE, rest))).toBe('410 customer_erased')
    // What agents set while they were one went with both, as their own.
    const shared = /"(name|pet|crm|text)": "zebra/i
    expect(linesWith(await t.dump(), HERS).filter((line) => !shared.test(line))).toEqual([])
    expect(await said(own)).toEqual(ours)
    expect(await readCard(t.hub, WORKSPACE, own)).toMatchObject({
      current: { channel: 'telegram' },
      identities: [{ address: '8000000002' }],
    })
    await say('telegram', BOB, 'quagga three')
    expect(await said(own)).toEqual([...ours, 'quagga three'])

    await eraseCustomer(t.hub, WORKSPACE, own, ivan)
    await t.drain()
    expect(linesWith(await t.dump(), BOBS).filter((line) => !/"telegram:\*:8000000002": \{/.test(line))).toEqual([])
    expect(blobs.names()).toEqual([])
  })

  it('goes alone the other way round as well', async () => {
    const before = await said(rest)
    await eraseCustomer(t.hub, WORKSPACE, own, ivan)
    await t.drain()
    expect(linesWith(await t.dump(), BOBS).filter((line) => !/"telegram:\*:8000000002": \{/.test(line))).toEqual([])
    // The automatic answer that Bob got goes as well.
    const his = before.indexOf('quagga one')
    const greeted = before.indexOf('Hello', his)
    const left = await said(rest)
    expect(left).toEqual(before.filter((text, index) => !/quagga/i.test(text) && index !== greeted))
    expect(left).toContain('Three zebras')
    expect(blobs.names()).toHaveLength(3)
    expect(await readCard(t.hub, WORKSPACE, rest)).toMatchObject({ name: 'Zebra lady', fields: { pet: 'zebra' } })
  })
})
