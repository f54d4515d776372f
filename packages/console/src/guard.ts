/** What holds for every page: who may frame it, what it may load, where a change may come from, who is looking. */
import { readSession, type Session } from '@throughline/core/agent/session.ts'
import { VisibleError } from '@throughline/core/error.ts'
import type { Hub } from '@throughline/core/hub.ts'
import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { type Page, pageOf } from './page.ts'

export type Env = { Variables: { session: Session; page: Page } }
export type ConsoleOptions = { secureCookies: boolean }

/** Media and links of ours only; no inline code. `same-origin` keeps the Origin header, which `no-referrer` would blank. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
  "base-uri 'none'",
].join('; ')

export const headers: MiddlewareHandler = async (c, next) => {
  await next()
  c.header('content-security-policy', POLICY)
  c.header('x-content-type-options', 'nosniff')
  c.header('x-frame-options', 'SAMEORIGIN')
  c.header('referrer-policy', 'same-origin')
  c.header('cache-control', 'no-store')
}

/** A form on another site may post here with the visitor's cookie (SameSite=Lax holds most, not all, of them). */
export const sameOrigin =
  (hub: Hub, { secureCookies }: ConsoleOptions): MiddlewareHandler =>
  async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD' || isOurs(c, hub, secureCookies)) return next()
    throw new VisibleError(403, 'foreign_origin', pageOf(hub, { embed: false }).t.problem.foreign)
  }

function isOurs(c: Context, hub: Hub, secure: boolean): boolean {
  const origin = c.req.header('origin')
  if (origin === undefined) return c.req.header('sec-fetch-site') === 'same-origin'
  const host = c.req.header('host') ?? new URL(c.req.url).host
  const ours = [`https://${host}`, new URL(hub.publicUrl).origin]
  if (!secure) ours.push(`http://${host}`)
  return ours.includes(origin)
}

const cookieName = (secure: boolean) => (secure ? '__Host-session' : 'session')
const cookieOf = (secure: boolean) => ({ path: '/', httpOnly: true, sameSite: 'Lax', secure }) as const

export function startSession(c: Context, token: string, seconds: number, { secureCookies }: ConsoleOptions): void {
  setCookie(c, cookieName(secureCookies), token, { ...cookieOf(secureCookies), maxAge: seconds })
}

/** Returns the token that the browser had. */
export function dropSession(c: Context, { secureCookies }: ConsoleOptions): string | undefined {
  const token = getCookie(c, cookieName(secureCookies))
  deleteCookie(c, cookieName(secureCookies), cookieOf(secureCookies))
  return token
}

export const signedIn =
  (hub: Hub, { secureCookies }: ConsoleOptions): MiddlewareHandler<Env> =>
  async (c, next) => {
    const token = getCookie(c, cookieName(secureCookies))
    const session = token ? await readSession(hub, token) : undefined
    const embed = c.req.query('embed') === '1'
    if (!session) throw new VisibleError(401, 'not_signed_in', pageOf(hub, { embed }).t.sign.out)
    const { workspace, agent, name, role } = session
    c.set('session', session)
    c.set('page', pageOf(hub, { embed, viewer: { workspace, agent: { id: agent, name }, role } }))
    await next()
  }

export const admins =
  (hub: Hub): MiddlewareHandler<Env> =>
  async (c, next) => {
    if (c.get('session').role === 'admin') return next()
    throw new VisibleError(403, 'admins_only', pageOf(hub, { embed: false }).t.sign.adminsOnly)
  }
