/** Who may see the sandbox: a browser or a program on this very machine, asking for it by a name of this machine. */
import type { Context, MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { Faulty } from './faults.ts'

const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]']
const isLoopback = (address: string | undefined) => /^(::ffff:)?127\.|^::1$/.test(address ?? '')

/** A tunnel and a proxy also come from the loopback: they show by the name asked for and by what they add. */
export function isHere(c: Context<Faulty>): boolean {
  const host = c.req.header('host')?.replace(/:\d+$/, '') ?? ''
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'via'].some((name) => c.req.header(name) !== undefined)
  return isLoopback(c.env?.incoming?.socket.remoteAddress) && OWN_NAMES.includes(host) && !forwarded
}

export const hereOnly: MiddlewareHandler<Faulty> = async (c, next) => {
  if (isHere(c)) return next()
  return c.json({ code: 'loopback_only', detail: 'The sandbox answers on the machine it runs on only.' }, 403)
}

/** Pages of other sites in the same browser may not write on the phones. */
export const noStrangers: MiddlewareHandler<Faulty> = async (c, next) => {
  const origin = c.req.header('origin')
  const ours = origin === undefined || (URL.canParse(origin) && new URL(origin).host === c.req.header('host'))
  if (ours && c.req.header('sec-fetch-site') !== 'cross-site') return next()
  return c.json({ code: 'foreign_origin', detail: 'This came from a page of another site.' }, 403)
}

export const strict = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'blob:', 'data:'],
    connectSrc: ["'self'"],
    frameSrc: ["'self'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
  },
  xFrameOptions: 'DENY',
  strictTransportSecurity: false,
  crossOriginResourcePolicy: 'same-origin',
})
