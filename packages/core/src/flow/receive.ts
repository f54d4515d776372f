/**
 * customer or agent -> webhook: verify, parse, append each event once, poke, answer. Any failure before the answer is a 5xx, the
 * provider tries again, and every step is safe to repeat.
 */

import { noteEvent } from '../connection/health.ts'
import { connectionByHook, connectionByMailbox } from '../connection/read.ts'
import type { Connection, HookAnswer, HookRequest } from '../connector.ts'
import { VisibleError } from '../error.ts'
import type { Hub } from '../hub.ts'
import type { Poke } from '../queue/queue.ts'
import { acceptChannel } from './accept-channel.ts'
import { acceptTool } from './accept-tool.ts'
import { clean } from './clean.ts'
import { keepAside } from './dead.ts'
import { pokeAll } from './poke.ts'

/** Webhooks are small: media come as links. Mail has its own limit at its door. */
export const BODY_LIMIT = 1024 * 1024

export async function receive(hub: Hub, hookId: string, request: HookRequest): Promise<HookAnswer> {
  if (request.body.byteLength > BODY_LIMIT) throw new VisibleError(413, 'too_large', `The body is over ${BODY_LIMIT} bytes.`)
  const connection = await connectionByHook(hub, hookId)
  if (!connection) throw new VisibleError(404, 'unknown_hook', 'No connection has this address. It may have been removed.')
  return enter(hub, connection, request)
}

async function enter(hub: Hub, connection: Connection, request: HookRequest): Promise<HookAnswer> {
  const channel = hub.channels[connection.kind]
  const tool = hub.tools[connection.kind]
  const connector = channel ?? tool
  if (!connector) throw new VisibleError(404, 'unknown_kind', `This hub does not know connections of kind ${connection.kind}.`)
  if (!(await connector.verify(request, connection))) {
    await noteEvent(
      hub,
      connection,
      'error',
      'A request came whose signature does not fit. If you changed the secret, connect again.',
    )
    hub.logger.warn('hook.refused', { workspace: connection.workspace, connection: connection.id })
    throw new VisibleError(401, 'bad_signature', 'The signature is missing or does not fit this connection.')
  }
  const pokes: Poke[] = []
  if (channel) {
    const events = clean(await channel.parse(request, connection))
    for (const event of events) {
      if (event.type === 'unknown') await keepAside(hub, connection, request, event.kind)
      else pokes.push(...(await acceptChannel(hub, channel, connection, event)))
    }
    await pokeAll(hub, pokes)
    return channel.answer?.(events, connection) ?? { status: 200 }
  }
  if (!tool) return { status: 200 }
  const events = clean(await tool.parse(request, connection))
  for (const event of events) {
    if (event.type === 'unknown') await keepAside(hub, connection, request, event.kind)
    else if (event.type !== 'challenge') pokes.push(...(await acceptTool(hub, connection, event)))
  }
  await pokeAll(hub, pokes)
  return tool.answer?.(events, connection) ?? { status: 200 }
}

export type Mail = {
  id: string
  from: string
  to: string[]
  dmarc: 'pass' | 'fail' | 'none'
  /** A filter before us takes it for spam. */
  spam?: boolean
  bytes: Uint8Array
  /** No mail but what the sending service tells of one that we sent: `to` is then the mailbox it was sent from. No stranger can set it. */
  event?: true
}

/** The mail door: one mail may have several of our mailboxes as recipients; each is a connection of its own. */
export async function receiveMail(hub: Hub, mail: Mail): Promise<{ accepted: string[]; unknown: string[] }> {
  const accepted: string[] = []
  const unknown: string[] = []
  for (const address of new Set(mail.to.map((to) => to.toLowerCase()))) {
    const connection = await connectionByMailbox(hub, address)
    if (!connection) {
      unknown.push(address)
      continue
    }
    await enter(hub, connection, {
      door: 'mail',
      method: mail.event ? 'EVENT' : 'MAIL',
      url: connection.hookUrl,
      query: new URLSearchParams(),
      headers: {},
      body: mail.bytes,
      now: Math.floor(hub.now() / 1000),
      mail: { id: mail.id, from: mail.from, to: [address], dmarc: mail.dmarc, ...(mail.spam && { spam: true }) },
    })
    accepted.push(address)
  }
  return { accepted, unknown }
}
