/**
 * Whether the domain in From stands behind a mail (DMARC over SPF and DKIM), asked of the DNS. For mail that comes by SMTP; SES gives
 * its own verdict. What cannot be found out in time is "none": the sender is then only claimed.
 */
import { Resolver } from 'node:dns/promises'

export type Verdict = 'pass' | 'fail' | 'none'
/** As `dns.promises.resolve`. */
export type Resolve = (name: string, type: string) => Promise<unknown>
export type Session = { ip: string; helo: string; sender: string }

/** mailauth's types say that all records are texts; it reads those of MX as the objects that Node gives. */
const isRecords = (found: unknown): found is string[] => Array.isArray(found)
const recordsOf = async (found: Promise<unknown>): Promise<string[]> => {
  const records = await found
  return isRecords(records) ? records : []
}

/** A sender may name domains whose servers never answer. */
const MAX_MS = 10_000
const resolver = new Resolver({ timeout: 2000, tries: 2 })
export const askDns: Resolve = (name, type) => resolver.resolve(name, type)

export async function verdictOf(
  bytes: Uint8Array,
  { ip, helo, sender }: Session,
  resolve: Resolve,
  limit = MAX_MS,
): Promise<Verdict> {
  // Heavy, and a hub without a real mailbox never needs it.
  const { authenticate } = await import('mailauth')
  let late: NodeJS.Timeout | undefined
  const outOfTime = new Promise<undefined>((done) => {
    late = setTimeout(() => done(undefined), limit)
  })
  try {
    const asked = authenticate(Buffer.from(bytes), {
      ip,
      helo,
      sender,
      mta: 'throughline',
      resolver: (name, type) => recordsOf(resolve(name, type)),
      disableArc: true,
      disableBimi: true,
    })
    const result = await Promise.race([asked, outOfTime])
    const said = result?.dmarc ? result.dmarc.status.result : 'none'
    return said === 'pass' || said === 'fail' ? said : 'none'
  } catch {
    return 'none'
  } finally {
    clearTimeout(late)
  }
}
