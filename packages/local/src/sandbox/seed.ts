/** The sandbox's own connections, made over the wire as a person would on the setup page, once; later starts only move them along. */
import { connect, type NewConnection, patch, write } from '@throughline/core/connection/connect.ts'
import { listConnections, readConnection } from '@throughline/core/connection/read.ts'
import { hookUrlOf } from '@throughline/core/connection/record.ts'
import type { Connection } from '@throughline/core/connector.ts'
import type { CallingHub } from '@throughline/core/hub.ts'
import { business } from './ann.ts'
import type { OpenSandbox } from './open.ts'
import type { PhoneKind } from './state.ts'

function wanted(sandbox: OpenSandbox): Record<PhoneKind, Required<NewConnection>> {
  const { telegram, twilio, viber } = sandbox.book.state
  const account = { accountSid: twilio.account, authToken: twilio.token }
  const root = (provider: string) => `${sandbox.origin}/${provider}`
  const one = (kind: PhoneKind, title: string, credentials: object, settings: object, apiRoot: string) => ({
    kind,
    name: `${title} (sandbox)`,
    credentials,
    settings,
    apiRoot,
  })
  return {
    telegram: one('telegram', 'Telegram', { token: telegram.token }, {}, root('telegram')),
    whatsapp: one('whatsapp', 'WhatsApp', account, { from: business.whatsapp }, root('twilio')),
    sms: one('sms', 'SMS', account, { from: business.sms }, root('twilio')),
    viber: one('viber', 'Viber', { token: viber.token }, {}, root('viber')),
    email: one('email', 'E-mail', {}, { address: business.email }, `smtp://127.0.0.1:${sandbox.mailPort}`),
  }
}

const holds = (connection: Connection, order: Required<NewConnection>) =>
  Object.entries(Object(order.credentials)).every(([name, value]) => connection.credentials[name] === value)

/** The port of either side may be another than last time, and a sandbox that was emptied has other credentials. */
async function move(hub: CallingHub, workspace: string, sandbox: OpenSandbox, id: string, order: Required<NewConnection>) {
  const connection = await readConnection(hub, workspace, id, true)
  if (!connection || connection.status === 'deleted') return
  const { apiRoot, credentials, settings } = order
  const stays = connection.apiRoot === apiRoot && connection.hookUrl === hookUrlOf(hub, connection.hook)
  if (stays && holds(connection, order)) return
  await write(hub, connection, { ...connection, version: connection.version + 1 }, apiRoot)
  const moved = await patch(hub, workspace, id, { credentials, settings })
  // What a provider still had to tell, it tells at the new address.
  for (const post of sandbox.book.state.outbox) {
    post.url = post.url?.replace(connection.hookUrl, moved.connection.hookUrl)
    post.fallback = post.fallback?.replace(connection.hookUrl, moved.connection.hookUrl)
  }
}

/** By its name too: the process may have died between making it and noting that it did. */
async function idOf(hub: CallingHub, workspace: string, sandbox: OpenSandbox, { kind, name }: NewConnection) {
  const known = sandbox.book.state.seeded[kind]
  return known ?? (await listConnections(hub, workspace)).find((one) => one.kind === kind && one.name === name)?.id
}

export async function seed(hub: CallingHub, workspace: string, sandbox: OpenSandbox): Promise<void> {
  for (const order of Object.values(wanted(sandbox))) {
    const { kind } = order
    try {
      const made = await idOf(hub, workspace, sandbox, order)
      if (made) await move(hub, workspace, sandbox, made, order)
      sandbox.book.state.seeded[kind] = made ?? (await connect(hub, workspace, order)).connection.id
      await sandbox.book.save()
    } catch (error) {
      hub.logger.error('sandbox.seed_failed', { kind, error })
    }
  }
}
