import { createOneTimeLink } from '@throughline/core/agent/session.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createConsole } from '../src/app.ts'
import { browser, signedIn, WORKSPACE, type World, world } from './hub.ts'

let w: World
beforeEach(async () => {
  w = await world()
})
afterEach(() => w.close())

const link = (seconds?: number) => createOneTimeLink(w.hub, WORKSPACE, { name: 'Olga', role: 'admin' }, seconds)

test('a link signs in once; looking at it does not use it up', async () => {
  const token = await link()
  const preview = browser(w.app)
  expect((await preview.get(`/admin/${token}`)).text).toContain('Sign in')
  expect((await preview.get('/setup')).status).toBe(401)

  const visitor = browser(w.app)
  const entered = await visitor.post(`/admin/${token}`)
  expect([entered.status, entered.headers.get('location')]).toEqual([303, '/setup'])
  expect(entered.headers.get('set-cookie')).toMatch(/^session=.+; Path=\/; HttpOnly; SameSite=Lax$/)
  expect((await visitor.get('/setup')).status).toBe(200)

  const second = await browser(w.app).post(`/admin/${token}`)
  expect(second.status).toBe(410)
  expect(second.text).toContain('npm run hub -- admin-link')
})

test('a link that is too old says so', async () => {
  const token = await link()
  w.clock.now += 25 * 3600_000
  expect((await browser(w.app).post(`/admin/${token}`)).status).toBe(410)
})

test('over https the cookie is bound to this host and never sent in the clear', async () => {
  const token = await link()
  const app = createConsole(w.hub, { secureCookies: true })
  const entered = await browser(app).post(`/admin/${token}`)
  expect(entered.headers.get('set-cookie')).toMatch(/^__Host-session=.+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
})

test('signing out ends the session itself, not only the cookie', async () => {
  const visitor = await signedIn(w)
  const thief = browser(w.app, new Map(visitor.cookies))
  expect((await thief.get('/inbox')).status).toBe(200)
  expect((await visitor.post('/signout')).text).toContain('You are signed out')
  expect((await visitor.get('/inbox')).status).toBe(401)
  const refused = await thief.get('/inbox')
  expect([refused.status, refused.text]).toEqual([401, expect.stringContaining('npm run hub -- admin-link')])
})

test.each([
  ['another site', { origin: 'https://evil.example' }],
  ['a sandboxed frame', { origin: 'null' }],
  ['nobody knows', {}],
  ['another site of the same owner', { 'sec-fetch-site': 'same-site' }],
])('a form from %s changes nothing', async (_from, headers: Record<string, string>) => {
  const visitor = await signedIn(w)
  const bot = await w.telegram()
  const answer = await visitor.post(`/setup/c/${bot.id}/pause`, {}, headers)
  expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('foreign_origin')])
  expect((await visitor.get(`/setup/c/${bot.id}`)).text).toContain('Working')
})

test('a browser that sends no Origin, but says that it is the same site, may', async () => {
  const visitor = await signedIn(w)
  const bot = await w.telegram()
  expect((await visitor.post(`/setup/c/${bot.id}/pause`, {}, { 'sec-fetch-site': 'same-origin' })).status).toBe(303)
})

test('agents answer, administrators connect', async () => {
  const agent = await signedIn(w, 'agent')
  expect((await agent.get('/inbox')).status).toBe(200)
  const refused = await agent.get('/setup')
  expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('administrators')])
})

test('pages run no inline code and are framed by nobody else', async () => {
  const page = await (await signedIn(w)).get('/inbox')
  const policy = page.headers.get('content-security-policy')
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("frame-ancestors 'self'")
  expect(page.text).not.toMatch(/ style="|<style|<script>| on[a-z]+="/)
})
