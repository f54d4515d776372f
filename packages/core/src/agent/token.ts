/** Secrets that we hand out: kept as hashes alone, so a copy of the table opens nothing. 256 random bits need no salt. */
import { createHash, randomBytes } from 'node:crypto'

export const newToken = (prefix: string): string => `${prefix}${randomBytes(32).toString('base64url')}`
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')
