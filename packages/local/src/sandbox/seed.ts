/** The sandbox's own connections, made over the wire as a person would on the setup page, once; later starts only move them along. */
import { connect, type NewConnection, reconnect, write } from '@throughline/core/connection/connect.ts'
import { readConnection } from '@throughline/core/connection/read.ts'
import { hookUrlOf } from '@throughline/core/connection/record.ts'
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

/** The port of either side may be another than last time. */
async function move(hub: CallingHub, workspace: string, sandbox: OpenSandbox, id: string, apiRoot: string): Promise<void> {
  const connection = await readConnection(hub, workspace, id, true)
  if (!connection || connection.status === 'deleted') return
  if (connection.apiRoot === apiRoot && connection.hookUrl === hookUrlOf(hub, connection.hook)) return
  await write(hub, connection, { ...connection, version: connection.version + 1 }, apiRoot)
  const moved = await reconnect(hub, workspace, id)
  // What a provider still had to tell, it tells at the new address.
  for (const post of sandbox.book.state.outbox) {
    post.url = post.url?.replace(connection.hookUrl, moved.connection.hookUrl)
    post.fallback = post.fallback?.replace(connection.hookUrl, moved.connection.hookUrl)
  }
  await sandbox.book.save()
}

export async function seed(hub: CallingHub, workspace: string, sandbox: OpenSandbox): Promise<void> {
  const { state } = sandbox.book
  for (const order of Object.values(wanted(sandbox))) {
    const { kind, apiRoot } = order
    const made = state.seeded[kind]
    try {
      if (made) await move(hub, workspace, sandbox, made, apiRoot)
      else {
        const { connection } = await connect(hub, workspace, order)
        state.seeded[kind] = connection.id
        await sandbox.book.save()
      }
    } catch (error) {
      hub.logger.error('sandbox.seed_failed', { kind, error })
    }
  }
}
