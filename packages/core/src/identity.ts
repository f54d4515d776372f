/** An identity's key: channel, scope and address. The address comes last, for it may hold colons; `*` is the scope of addresses valid everywhere. */
import type { Capabilities } from './channel.ts'

export type IdentityKey = { channel: string; scope: string; address: string }

export const identityKey = (channel: string, scope: Capabilities['scope'], account: string, address: string): string =>
  `${channel}:${scope === 'global' ? '*' : encodeURIComponent(account)}:${address}`

export function readIdentityKey(key: string): IdentityKey {
  const first = key.indexOf(':')
  const second = key.indexOf(':', first + 1)
  return { channel: key.slice(0, first), scope: decodeURIComponent(key.slice(first + 1, second)), address: key.slice(second + 1) }
}
