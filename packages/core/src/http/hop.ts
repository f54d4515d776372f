/** One request over a connection of its own, to an address that the socket's lookup has checked. */
import { type IncomingMessage, request as plain } from 'node:http'
import { request as secure } from 'node:https'
import type { LookupFunction } from 'node:net'
import { pipeline, type Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { GuardError } from './outcome.ts'

export type Hop = { url: URL; method: string; headers: Headers; body: Uint8Array | undefined; lookup: LookupFunction }

/** The clock of one call over all its redirects: `onStop` learns how to cut whatever is running. */
export type Limit = { connected: boolean; onStop(cut: (why: Error) => void): void; done(): void }

export function startLimit(timeout: number, signal: AbortSignal): Limit {
  let cut: ((why: Error) => void) | undefined
  let stopped: Error | undefined
  const stop = (why: Error) => {
    stopped ??= why
    cut?.(stopped)
  }
  const limit: Limit = {
    connected: false,
    onStop(next) {
      cut = next
      if (stopped) next(stopped)
    },
    done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
    },
  }
  const timer = setTimeout(() => {
    const code = limit.connected ? 'TIMEOUT' : 'CONNECT_TIMEOUT'
    stop(new GuardError(code, limit.connected ? 'No complete answer in time' : 'No connection in time'))
  }, timeout)
  const aborted = () => stop(signal.reason instanceof Error ? signal.reason : new DOMException('Aborted', 'AbortError'))
  signal.addEventListener('abort', aborted, { once: true })
  if (signal.aborted) aborted()
  return limit
}

export const hop = ({ url, method, headers, body, lookup }: Hop, limit: Limit): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const https = url.protocol === 'https:'
    const request = (https ? secure : plain)(
      url,
      // `agent: false`: no socket of another call, and no proxy that would resolve the name again.
      { method, headers: Object.fromEntries(headers), lookup, agent: false },
      resolve,
    )
    limit.onStop((why) => request.destroy(why))
    request.on('socket', (socket) => {
      socket.once(https ? 'secureConnect' : 'connect', () => {
        limit.connected = true
      })
    })
    request.on('error', reject)
    request.end(body)
  })

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}
const BODILESS = new Set([204, 205, 304])

/** The size is counted after unpacking, and as it comes: who needs the status alone is not harmed by an endless body. */
export function toResponse(message: IncomingMessage, maxBytes: number, limit: Limit): Response {
  const status = message.statusCode ?? 0
  const headers = new Headers()
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2)
    headers.append(message.rawHeaders[i] ?? '', message.rawHeaders[i + 1] ?? '')
  if (status < 200 || status > 599 || BODILESS.has(status)) {
    message.destroy()
    limit.done()
    if (BODILESS.has(status)) return new Response(null, { status, headers })
    throw new GuardError('BAD_ANSWER', `The answer has the status ${status}`)
  }
  const encoding = headers.get('content-encoding')?.toLowerCase() ?? ''
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding] : undefined
  if (decoder) for (const name of ['content-encoding', 'content-length']) headers.delete(name)
  let size = 0
  const counted = new Transform({
    transform(chunk: Uint8Array, _encoding, next) {
      size += chunk.length
      if (size > maxBytes) next(new GuardError('TOO_LARGE', `The answer is larger than ${maxBytes} bytes`))
      else next(null, chunk)
    },
  })
  limit.onStop((why) => counted.destroy(why))
  pipeline(decoder ? [message, decoder(), counted] : [message, counted], () => limit.done())
  return new Response(toWeb(counted), { status, statusText: message.statusMessage ?? '', headers })
}

/** By hand, for Node's own conversion yields a stream of another type than the one that Response takes. */
function toWeb(source: Readable): ReadableStream<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel() {
      source.destroy()
    },
  })
}
