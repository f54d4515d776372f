/**
 * Every key shape of the table, and the truth about them. What belongs to a business begins with its workspace, so nobody can
 * reach another's items with an id alone. The few global keys lead to one: hook id, API key, session, one-time link, mail address.
 */
import type { Key } from './store.ts'

const number = (seq: number) => String(seq).padStart(12, '0')

/** The place of a log: all its items lie in one partition. */
export type Place = { workspace: string; log: string }

export const keys = {
  // a log
  log: (at: Place) => `L#${at.workspace}#${at.log}`,
  entry: (at: Place, seq: number): Key => ({ pk: keys.log(at), sk: `E#${number(seq)}` }),
  entries: 'E#',
  snapshot: (at: Place): Key => ({ pk: keys.log(at), sk: 'SNAPSHOT' }),
  /** What route decided for an incoming entry, put once. */
  routed: (at: Place, seq: number): Key => ({ pk: keys.log(at), sk: `N#${number(seq)}` }),
  routeds: 'N#',
  /** Cursor, hold and fence of one subscriber; mirrors are `mirror:<connection>`. */
  subscriber: (at: Place, subscriber: string): Key => ({ pk: keys.log(at), sk: `S#${subscriber}` }),
  delivery: (at: Place, seq: number, unit: number): Key => ({
    pk: keys.log(at),
    sk: `D#${number(seq)}#${String(unit).padStart(3, '0')}`,
  }),
  deliveries: (seq?: number) => (seq === undefined ? 'D#' : `D#${number(seq)}#`),
  thread: (at: Place, connection: string): Key => ({ pk: keys.log(at), sk: `T#${connection}` }),
  threads: 'T#',
  read: (at: Place, agent: string): Key => ({ pk: keys.log(at), sk: `R#${agent}` }),
  reads: 'R#',

  // a business
  claim: (workspace: string, what: string): Key => ({ pk: `C#${workspace}#${what}`, sk: '-' }),
  identity: (workspace: string, identity: string): Key => ({ pk: `I#${workspace}#${identity}`, sk: '-' }),
  /** Who first proved to have this phone or e-mail. */
  proof: (workspace: string, of: string, value: string): Key => ({ pk: `V#${workspace}#${of}#${value}`, sk: '-' }),
  /** Provider's message id (channel) or thread and post (tool) -> our entry. Connection ids are unique over the whole table. */
  pointer: (connection: string, id: string): Key => ({ pk: `P#${connection}#${id}`, sk: '-' }),
  workspace: (workspace: string): Key => ({ pk: `W#${workspace}`, sk: 'WORKSPACE' }),
  connection: (workspace: string, id: string): Key => ({ pk: `W#${workspace}`, sk: `CON#${id}` }),
  connections: 'CON#',
  /** Last event and last error of a connection: apart from it, for it changes often. */
  health: (workspace: string, connection: string): Key => ({ pk: `W#${workspace}`, sk: `HEALTH#${connection}` }),
  healths: 'HEALTH#',
  agent: (workspace: string, id: string): Key => ({ pk: `W#${workspace}`, sk: `AGENT#${id}` }),
  routing: (workspace: string): Key => ({ pk: `W#${workspace}`, sk: 'ROUTING' }),
  /** Dead letters and bodies kept aside, newest last. */
  dead: (workspace: string, id: string): Key => ({ pk: `X#${workspace}`, sk: `DEAD#${id}` }),
  deads: 'DEAD#',

  // global: each leads to one workspace
  hook: (id: string): Key => ({ pk: `HOOK#${id}`, sk: '-' }),
  mailbox: (address: string): Key => ({ pk: `MAIL#${address}`, sk: '-' }),
  apiKey: (hash: string): Key => ({ pk: `KEY#${hash}`, sk: '-' }),
  session: (hash: string): Key => ({ pk: `SESSION#${hash}`, sk: '-' }),
  oneTime: (hash: string): Key => ({ pk: `ONCE#${hash}`, sk: '-' }),
  workspaces: 'WORKSPACES',
  workspaceEntry: (workspace: string): Key => ({ pk: 'WORKSPACES', sk: `W#${workspace}` }),

  // time
  due: (minute: string, shard: number, what: string): Key => ({ pk: `DUE#${minute}#${shard}`, sk: what }),

  // the index: open customers by the time since when they wait, sharded
  list: (workspace: string, status: string, shard: number) => `${workspace}#${status}#${shard}`,
}

export const LIST_SHARDS = 4
export const DUE_SHARDS = 4

/** Spreads what would make one hot partition. FNV-1a: stable over versions and languages. */
export function shardOf(text: string, shards: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % shards
}

/** The log that an entry's key belongs to; of every other key there is none. For who reads the table's change stream. */
export function placeOf({ pk, sk }: Key): Place | undefined {
  const [kind, workspace, log, ...rest] = pk.split('#')
  const isEntry = kind === 'L' && rest.length === 0 && sk.startsWith(keys.entries)
  return isEntry && workspace && log ? { workspace, log } : undefined
}
