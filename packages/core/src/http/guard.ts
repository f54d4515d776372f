/** fetch for URLs that customers or administrators name: it reaches public addresses only, and none of our own network. */
import { isIP } from 'node:net'
import { checkedLookup, isPublic, type Resolve, refusedAddress } from './address.ts'
import { type Hop, hop, type Limit, startLimit, toResponse } from './hop.ts'
import { GuardError } from './outcome.ts'

export type GuardOptions = {
  /** Origins that are always allowed, for media that a channel's provider names: the configured API roots, the sandbox on 127.0.0.1. */
  allow: readonly string[]
  /** Longest body of an answer, unpacked. */
  maxBytes: number
  /** Milliseconds for everything: connection, redirects, body. */
  timeout: number
  /** Private addresses too: a developer's receiver on the same machine (HUB_ALLOW_PRIVATE_URLS=1). Never in production. */
  allowPrivate?: boolean
  resolve?: Resolve
}

const MAX_REDIRECTS = 3
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** Never told to another origin than the one they were meant for. */
const PERSONAL = ['authorization', 'proxy-authorization', 'cookie']

export const guardedFetch =
  (options: GuardOptions): typeof fetch =>
  async (input, init) => {
    const request = toRequest(input, init)
    const body = request.body ? new Uint8Array(await request.arrayBuffer()) : undefined
    const headers = new Headers(request.headers)
    headers.set('accept-encoding', 'identity')
    if (!headers.has('user-agent')) headers.set('user-agent', 'Throughline')
    const limit = startLimit(options.timeout, request.signal)
    try {
      return await follow({ url: new URL(request.url), method: request.method, headers, body }, request.redirect, options, limit)
    } catch (error) {
      limit.done()
      throw error
    }
  }

/** Request's own errors quote the URL, credentials and all. */
function toRequest(input: RequestInfo | URL, init: RequestInit | undefined): Request {
  try {
    return new Request(input, init)
  } catch {
    throw new GuardError('URL_REFUSED', 'The URL is malformed or holds a user name')
  }
}

async function follow(first: Omit<Hop, 'lookup'>, mode: RequestRedirect, options: GuardOptions, limit: Limit): Promise<Response> {
  let next = first
  for (let redirects = 0; ; redirects++) {
    const lookup = admit(next.url, first.url, options)
    const message = await hop({ ...next, lookup }, limit)
    const { location } = message.headers
    const status = message.statusCode ?? 0
    if (!REDIRECTS.has(status) || location === undefined || mode === 'manual') return toResponse(message, options.maxBytes, limit)
    message.destroy()
    if (mode === 'error') throw new GuardError('REDIRECTED', 'The URL answers with a redirect')
    if (redirects === MAX_REDIRECTS) throw new GuardError('TOO_MANY_REDIRECTS', `More than ${MAX_REDIRECTS} redirects`)
    limit.connected = false
    next = redirected(next, location, status)
  }
}

/** Throws, or gives the lookup that the socket must use. A literal address is checked here, for no lookup is made of it. */
function admit(url: URL, first: URL, options: GuardOptions) {
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new GuardError('URL_REFUSED', 'Only http and https URLs are allowed')
  // A stranger's URL may not redirect to an origin that is allowed for our own use.
  const ours = options.allow.includes(url.origin) && url.origin === first.origin
  const allowed = ours || options.allowPrivate ? () => true : isPublic
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) && !allowed(host)) throw refusedAddress()
  return checkedLookup(allowed, options.resolve)
}

function redirected(before: Omit<Hop, 'lookup'>, location: string, status: number): Omit<Hop, 'lookup'> {
  if (!URL.canParse(location, before.url)) throw new GuardError('URL_REFUSED', 'The URL redirects to something that is none')
  const url = new URL(location, before.url)
  const headers = new Headers(before.headers)
  if (url.origin !== before.url.origin) for (const name of PERSONAL) headers.delete(name)
  const reads = before.method === 'GET' || before.method === 'HEAD'
  if (status === 307 || status === 308 || reads) return { ...before, url, headers }
  for (const name of ['content-type', 'content-length', 'content-encoding']) headers.delete(name)
  return { url, headers, method: 'GET', body: undefined }
}
