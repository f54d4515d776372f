/** Whether customers' mail comes to this hub: the one thing about a mailbox that the hub cannot set itself. */
import { Resolver } from 'node:dns/promises'
import type { CallContext, Check, Connection } from '../../connector.ts'

export async function checkDoor(connection: Connection, context: CallContext): Promise<Check> {
  const name = 'door'
  if (connection.apiRoot) return { name, ok: true, words: `Mail for ${connection.address} comes in at the hub’s own SMTP port.` }
  const domain = connection.address.split('@').at(-1) ?? ''
  const hosts = await exchanges(domain, context.timeout)
  if (hosts.some((host) => /^inbound-smtp\.[a-z0-9-]+\.amazonaws\.com$/i.test(host))) {
    return { name, ok: true, words: `Mail for ${domain} goes to Amazon SES, which hands it to this hub.` }
  }
  const now = hosts.length ? `Mail for ${domain} goes to ${hosts.join(', ')}.` : `The domain ${domain} names no mail server.`
  return {
    name,
    ok: false,
    words: `${now} Let it forward ${connection.address} to the hub, or point the MX of a subdomain there.`,
  }
}

async function exchanges(domain: string, timeout: number): Promise<string[]> {
  try {
    const records = await new Resolver({ timeout, tries: 1 }).resolveMx(domain)
    return records.toSorted((a, b) => a.priority - b.priority).map(({ exchange }) => exchange)
  } catch {
    return []
  }
}
