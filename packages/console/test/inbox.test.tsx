import { channels } from '@throughline/core/channels/index.ts'
import type { Connection } from '@throughline/core/connector.ts'
import { change } from '@throughline/core/flow/change.ts'
import { listCustomers } from '@throughline/core/flow/list.ts'
import { reply } from '@throughline/core/flow/reply.ts'
import { readEntries } from '@throughline/core/flow/timeline.ts'
import { readCard } from '@throughline/core/flow/view.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Browser, browser, signedIn, WORKSPACE, type World, world } from './hub.ts'

let w: World
let bot: Connection
let agent: Browser
beforeEach(async () => {
  w = await world()
  bot = await w.telegram()
  agent = await signedIn(w, 'agent')
})
afterEach(() => w.close())

async function customer(name = 'Anna'): Promise<string> {
  const { customers } = await listCustomers(w.hub, WORKSPACE, {})
  const found = customers.find((card) => card.name === name)
  if (!found) throw new Error(`no customer ${name}`)
  return found.id
}
const entries = async (id: string) => (await readEntries(w.hub, WORKSPACE, id, {})).entries
const seenIn = (text: string) => text.match(/id="seen"[^>]*value="([^"]+)"/)?.[1] ?? ''
const script = { 'hx-request': 'true', origin: 'http://localhost:8787' }

test('a message shows in the list as unread, and is read by opening it', async () => {
  await w.write(bot, 'Is the jacket still there?')
  const list = (await agent.get('/inbox')).text
  for (const words of ['1 unread', 'Is the jacket still there?', 'waiting']) expect(list).toContain(words)
  const page = (await agent.get(`/inbox/${await customer()}`)).text
  expect(page).toContain('Is the jacket still there?')
  expect((await agent.get('/inbox')).text).not.toContain('1 unread')
  const other = await signedIn(w, 'agent', 'Bob')
  expect((await other.get('/inbox')).text).toContain('1 unread')
})

test('the box says before sending where it will go and why; a reply goes there and says so', async () => {
  await w.write(bot, 'Hello?')
  const id = await customer()
  expect((await agent.get(`/inbox/${id}`)).text).toContain('Telegram, because they wrote there')

  const sent = await agent.post(`/inbox/${id}/reply`, { text: 'Yes, it is.', key: 'k1' })
  expect([sent.status, sent.headers.get('location')]).toEqual([303, `/inbox/${id}`])
  await agent.post(`/inbox/${id}/reply`, { text: 'Yes, it is.', key: 'k1' })
  await w.settle()
  const out = (await entries(id)).filter((entry) => entry.kind === 'message' && entry.direction === 'out')
  expect(out).toMatchObject([{ author: { name: 'Olga', tool: 'inbox' }, parts: [{ text: 'Yes, it is.' }] }])
  expect(w.sent.filter(({ method }) => method === 'sendMessage')).toMatchObject([{ body: { text: 'Yes, it is.' } }])
  const page = (await agent.get(`/inbox/${id}`)).text
  expect(page).toMatch(/class="tick sent">sent</)
  expect(page).toMatch(/class="why">Telegram, because they wrote there/)
})

test('another text under a key that was used is a reply of its own: nothing written is lost', async () => {
  await w.write(bot, 'Hello?')
  const id = await customer()
  await agent.post(`/inbox/${id}/reply`, { text: 'First', key: 'k1' })
  await agent.post(`/inbox/${id}/reply`, { text: 'Second', key: 'k1' })
  const out = (await entries(id)).flatMap((entry) => (entry.kind === 'message' && entry.direction === 'out' ? entry.parts : []))
  expect(out).toMatchObject([{ text: 'First' }, { text: 'Second' }])
})

test('a reply with nowhere to go is refused in words and the text is kept', async () => {
  await w.write(bot, 'Hello?')
  const id = await customer()
  const admin = await signedIn(w)
  await admin.post(`/setup/c/${bot.id}/remove`)
  const refused = await agent.post(`/inbox/${id}/reply`, { text: 'Are you there?' })
  expect(refused.status).toBe(422)
  expect(refused.text).toContain('Are you there?</textarea>')
  expect(refused.text).toMatch(/role="alert">[^<]*not connected/)
  expect(await entries(id)).toHaveLength(1)
})

test('what customers write is shown as text, never run', async () => {
  const payload = `<img src=x onerror=alert(1)>"'</textarea><script>alert(2)</script>`
  await w.write(bot, payload, { id: 78, first_name: '<b>Eve</b>' })
  const id = await customer('<b>Eve</b>')
  await agent.post(`/inbox/${id}/name`, { name: '"><script>alert(3)</script>' })
  await agent.post(`/inbox/${id}/tag`, { add: '<i>tag</i>' })
  await agent.post(`/inbox/${id}/reply`, { text: payload, mode: 'note' })
  await w.settle()
  for (const path of ['/inbox', `/inbox/${id}`, `/inbox/live?c=${id}`]) {
    const { text } = await agent.get(path)
    expect(text).not.toMatch(/<img|<b>Eve|<i>tag|alert\(\d\)<\/script>/)
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;')
  }
})

test('a note stays with the team', async () => {
  await w.write(bot, 'Hello?')
  const id = await customer()
  await agent.post(`/inbox/${id}/reply`, { text: 'Gets ten percent.', mode: 'note' })
  await w.settle()
  expect((await agent.get(`/inbox/${id}`)).text).toContain('Gets ten percent.')
  expect(w.sent.map(({ method }) => method)).not.toContain('sendMessage')
})

test('name, tags, assignment and status are facts in the stream', async () => {
  await w.write(bot, 'Hello?')
  const id = await customer()
  await agent.post(`/inbox/${id}/name`, { name: 'Anna Keller' })
  await agent.post(`/inbox/${id}/tag`, { add: 'vip' })
  await agent.post(`/inbox/${id}/assign`, { to: 'me' })
  await agent.post(`/inbox/${id}/status`, { status: 'closed' })
  await w.settle()
  expect(await readCard(w.hub, WORKSPACE, id)).toMatchObject({ name: 'Anna Keller', tags: ['vip'], status: 'closed' })
  const page = (await agent.get(`/inbox/${id}`)).text
  for (const line of ['You added vip', 'You assigned this to you', 'You closed the conversation']) expect(page).toContain(line)
  expect((await agent.get('/inbox')).text).not.toContain('Anna Keller')
  expect((await agent.get('/inbox?show=closed')).text).toContain('Anna Keller')
  await agent.post(`/inbox/${id}/status`, { status: 'open' })
  await agent.post(`/inbox/${id}/tag`, { remove: 'vip' })
  await w.settle()
  expect((await agent.get('/inbox?show=mine')).text).toContain('Anna Keller')
  expect(await readCard(w.hub, WORKSPACE, id)).toMatchObject({ tags: [], status: 'open' })
})

test('a poll brings only the parts that changed, and never the box that one writes in', async () => {
  await w.write(bot, 'Hello?')
  const id = await customer()
  const page = (await agent.get(`/inbox/${id}`)).text
  const quiet = await agent.get(`/inbox/live?c=${id}&seen=${seenIn(page)}`)
  expect(quiet.status).toBe(204)

  await w.write(bot, 'Are you there?')
  const news = (await agent.get(`/inbox/live?c=${id}&seen=${seenIn(page)}`)).text
  expect(news).toContain('Are you there?')
  expect(news).toContain('id="stream" hx-swap-oob')
  expect(news).not.toContain('id="via-box"')
  expect(news).not.toContain('<textarea')
})

test('with the script a reply brings the changed parts and a fresh key', async () => {
  await w.write(bot, 'Hello?')
  const id = await customer()
  const page = (await agent.get(`/inbox/${id}`)).text
  const answer = await agent.post(`/inbox/${id}/reply`, { text: 'Yes', key: 'k1', seen: seenIn(page) }, script)
  expect(answer.status).toBe(200)
  expect(answer.text).toMatch(/id="key" name="key" value="[^"]+"[^>]*hx-swap-oob/)
  expect(answer.text).toContain('id="stream"')
  const empty = await agent.post(`/inbox/${id}/reply`, { text: ' ' }, script)
  expect([empty.status, empty.text]).toEqual([400, expect.stringContaining('Write something first')])
  expect(empty.text).not.toContain('id="key"')
})

test('two customers are merged from the panel, and both histories are one', async () => {
  await w.write(bot, 'By Anna')
  await w.write(bot, 'By the other', { id: 99, first_name: 'Annie' })
  const [anna, annie] = [await customer('Anna'), await customer('Annie')]
  expect((await agent.get(`/inbox/${anna}`)).text).toContain(`<option value="${annie}">`)
  const merged = await agent.post(`/inbox/${anna}/merge`, { with: annie })
  await w.settle()
  const page = (await agent.get(merged.headers.get('location') ?? '')).text
  for (const words of ['By Anna', 'By the other', 'Joined']) expect(page).toContain(words)
})

test('a picture is shown by a signed link of ours', async () => {
  await w.write(bot, 'Hello?')
  const id = await customer()
  const form = new FormData()
  form.set('text', 'Here it is')
  form.set('file', new File([Buffer.from('a picture')], 'jacket.png', { type: 'image/png' }))
  const cookie = [...agent.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = { cookie, host: 'localhost:8787', origin: 'http://localhost:8787' }
  const sent = await w.app.request(`http://localhost:8787/inbox/${id}/reply`, { method: 'POST', headers, body: form })
  expect(sent.status).toBe(303)
  expect((await agent.get(`/inbox/${id}`)).text).toMatch(/<img src="\/media\/[\w.-]+" alt="Here it is"/)
})

test('what was cut off a mail, its quotes and signature, is one click away', async () => {
  await w.write(bot, 'Hello?')
  const id = await customer()
  const part = { type: 'text' as const, text: 'Thank you!', full: `${WORKSPACE}/media/e/1` }
  await change(w.hub, WORKSPACE, id, { kind: 'message', direction: 'in', parts: [part], provider: { id: 'mail-1' } })
  const page = (await agent.get(`/inbox/${id}`)).text
  expect(page).toMatch(/Thank you!.*<a href="\/media\/[\w.-]+"[^>]*>Show the whole mail, with quotes<\/a>/s)
})

test('inside a frame every link stays inside', async () => {
  await w.write(bot, 'Hello?')
  const page = (await agent.get('/inbox?embed=1')).text
  expect(page).not.toContain('<header')
  const links = [...page.matchAll(/(?:href|action)="(\/inbox[^"]*)"/g)].map(([, link]) => link)
  expect(links.length).toBeGreaterThan(4)
  for (const link of links.filter((one) => one !== '/inbox')) expect(link).toContain('embed=1')
})

test('a customer of another business is not there', async () => {
  await w.write(bot, 'Hello?')
  const id = await customer()
  const stranger = await signedIn(w, 'admin', 'Mallory', 'w2')
  expect((await stranger.get(`/inbox/${id}`)).status).toBe(404)
  expect((await stranger.post(`/inbox/${id}/reply`, { text: 'Hi' })).status).toBe(404)
  expect((await stranger.get(`/setup/c/${bot.id}`)).status).toBe(404)
  expect((await stranger.post(`/setup/c/${bot.id}/pause`)).status).toBe(404)
  expect(await entries(id)).toHaveLength(1)
})

test('a suggestion is merged by one click', async () => {
  await w.write(bot, 'By Anna')
  await w.write(bot, 'By the other', { id: 99, first_name: 'Annie' })
  const [anna, annie] = [await customer('Anna'), await customer('Annie')]
  await change(w.hub, WORKSPACE, anna, { kind: 'suggestion', data: { customer: annie, words: 'Same card number.' } })
  const page = (await agent.get(`/inbox/${anna}`)).text
  expect(page).toContain('Same card number.')
  const [, action = '', other = ''] = page.match(/action="([^"]+\/merge)"[^>]*>.*?name="with" value="([^"]+)"/s) ?? []
  expect([action, other]).toEqual([`/inbox/${anna}/merge`, annie])
  expect((await agent.post(action, { with: other })).status).toBe(303)
})

test('a reply that could not go out is told at the reply and in the stream', async () => {
  await w.write(bot, 'Hello?')
  const id = await customer()
  w.refuse('sendMessage', { ok: false, error_code: 403, description: 'Forbidden: bot was blocked by the user' })
  await agent.post(`/inbox/${id}/reply`, { text: 'Are you there?' })
  await w.settle()
  const page = (await agent.get(`/inbox/${id}`)).text
  expect(page).toMatch(/class="tick (failed|refused)">not (delivered|sent)</)
  expect(page).toContain('Anna blocked us')
})

test('with the script what went wrong is told above the box, and nothing else is touched', async () => {
  await w.write(bot, 'Hello?')
  const id = await customer()
  const big = await agent.post(`/inbox/${id}/reply`, { text: 'x'.repeat(11 * 1024 * 1024) }, script)
  expect([big.status, big.headers.get('hx-reswap')]).toEqual([413, 'none'])
  expect(big.text).toMatch(/^<div id="notice"[^>]*hx-swap-oob="true"><p class="alert" role="alert">Files up to 10 MB/)
  const out = await browser(w.app).get(`/inbox/live?c=${id}`, script)
  expect([out.status, out.headers.get('hx-refresh')]).toEqual([401, 'true'])
})

test('an empty frame opens the first customer who writes; after that nobody is moved', async () => {
  const live = (page: string) => page.match(/hx-get="(\/inbox\/live[^"]*)"/)?.[1]?.replaceAll('&amp;', '&') ?? ''
  const empty = live((await agent.get('/inbox?embed=1')).text)
  expect((await agent.get(empty)).headers.get('hx-redirect')).toBeNull()
  await w.write(bot, 'Hello?')
  expect((await agent.get(empty)).headers.get('hx-redirect')).toBe(`/inbox/${await customer()}?embed=1`)
  expect((await agent.get(live((await agent.get('/inbox?embed=1')).text))).headers.get('hx-redirect')).toBeNull()
})

test('an answer by number shows the button that it means', async () => {
  const { telegram } = channels
  Object.assign(w.hub, {
    channels: { ...channels, telegram: { ...telegram, capabilities: { ...telegram.capabilities, buttons: 0 } } },
  })
  await w.write(bot, 'When do you come?')
  const id = await customer()
  const parts = [{ type: 'buttons' as const, text: 'When?', buttons: [{ label: 'Today' }, { label: 'On <Friday>' }] }]
  await reply(w.hub, WORKSPACE, id, { parts, author: { kind: 'agent', id: 'olga' } })
  await w.settle()
  await w.write(bot, '2')
  expect((await agent.get(`/inbox/${id}`)).text).toMatch(/>2<\/p>.*>\(On &lt;Friday&gt;\)</s)
  await w.write(bot, '3')
  expect((await agent.get(`/inbox/${id}`)).text.match(/On &lt;Friday&gt;\)/g)).toHaveLength(1)
})

test('a row shows three tags and how many more there are', async () => {
  await w.write(bot, 'Hello?')
  const id = await customer()
  const add = Array.from({ length: 40 }, (_, i) => `tag${i}`)
  await change(w.hub, WORKSPACE, id, { kind: 'set', author: { kind: 'agent', id: 'a' }, data: { tags: { add } } })
  const { text } = await agent.get('/inbox')
  expect(text).toContain('>+37<')
  expect(text.match(/class="tag"/g)).toHaveLength(4)
})
