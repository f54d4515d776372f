/** Which addresses a URL named by a stranger may lead to. Asked of the very address that is connected to, never of a name. */
import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { GuardError } from './outcome.ts'

/** Azure's platform address lies in public space and answers only from inside. The other clouds' are link-local or shared. */
const METADATA = ['168.63.129.16']

/** Only global unicast; an IPv4 address inside an IPv6 one is judged as what it is. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  const ip = ipaddr.process(address)
  return ip.range() === 'unicast' && !METADATA.includes(ip.toString())
}

const LOCAL_HINT = 'For a receiver on your own machine or network start the hub with HUB_ALLOW_PRIVATE_URLS=1.'
export const refusedAddress = () =>
  new GuardError('URL_REFUSED', `The URL leads to a private or reserved address, which is not allowed. ${LOCAL_HINT}`)

/** The system's resolver, all answers at once. Tests bring their own. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

/**
 * A socket's `lookup`: what it returns is what the socket connects to, so there is no second resolution between check and use.
 * Addresses that are not public are left out; a name that has no other is refused.
 */
export const checkedLookup =
  (allowed: (address: string) => boolean, resolve: Resolve = systemLookup): LookupFunction =>
  (hostname, options, done) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, '')
      const good = addresses.filter(({ address }) => allowed(address))
      const [first] = good
      if (!first) return done(refusedAddress(), '')
      return options.all ? done(null, good) : done(null, first.address, first.family)
    })
  }

/** The address to connect to instead of a name that an administrator gave. */
export const guardedLookup =
  ({ allowPrivate = false, resolve }: { allowPrivate?: boolean; resolve?: Resolve } = {}) =>
  (host: string): Promise<string> =>
    new Promise((found, refused) => {
      const allowed = allowPrivate ? () => true : isPublic
      if (isIP(host)) return allowed(host) ? found(host) : refused(refusedAddress())
      checkedLookup(allowed, resolve)(host, {}, (error, address) => (error ? refused(error) : found(String(address))))
    })
