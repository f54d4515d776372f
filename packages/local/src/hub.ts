/** The hub of a laptop: the same core over engines that need nothing installed. */
import { join } from 'node:path'
import { channelCalls } from '@throughline/core/channels/calls.ts'
import { channels } from '@throughline/core/channels/index.ts'
import { guardedLookup } from '@throughline/core/http/address.ts'
import { providerFetch } from '@throughline/core/http/call.ts'
import { guardedFetch } from '@throughline/core/http/guard.ts'
import type { CallingHub, Logger } from '@throughline/core/hub.ts'
import { idMaker } from '@throughline/core/id.ts'
import { jsonLogger } from '@throughline/core/logger.ts'
import type { Queue } from '@throughline/core/queue/queue.ts'
import type { RoutingConfig } from '@throughline/core/routing/config.ts'
import { keyring } from '@throughline/core/secrets/keyring.ts'
import { dynamoStore } from '@throughline/core/store/dynamo.ts'
import { toolCalls } from '@throughline/core/tools/calls.ts'
import { tools } from '@throughline/core/tools/index.ts'
import { fileBlobs } from './blobs.ts'
import { readKeys } from './keys.ts'
import type { Settings } from './settings.ts'
import { TABLE, type Table } from './table.ts'

const TIMEOUT = 20_000
const MAX_BYTES = 25 * 1024 * 1024

/** A terminal shows what needs a person; the rest is in the hub's own pages. */
export function quietLogger(): Logger {
  const { warn, error } = jsonLogger((line) => process.stderr.write(line))
  return { info: () => undefined, warn, error }
}

type Parts = { settings: Settings; table: Table; queue: Queue; logger: Logger; config: RoutingConfig; port: number }

export const publicUrlOf = ({ publicUrl }: Settings, port: number) => publicUrl ?? `http://localhost:${port}`

export async function makeHub({ settings, table, queue, logger, config, port }: Parts): Promise<CallingHub> {
  const { dir, apiRoots, allowPrivateUrls } = settings
  const roots = Object.values(apiRoots).map((root) => new URL(root).origin)
  const guard = { maxBytes: MAX_BYTES, timeout: TIMEOUT, allowPrivate: allowPrivateUrls }
  return {
    store: dynamoStore({ client: table.client, table: TABLE, now: Date.now }),
    queue,
    blobs: fileBlobs(join(dir, 'blobs')),
    secrets: keyring(await readKeys(dir, settings.keys)),
    channels,
    tools,
    channelCalls,
    toolCalls,
    config,
    publicUrl: publicUrlOf(settings, port),
    apiRoots,
    now: Date.now,
    id: idMaker(),
    logger,
    fetch: providerFetch({ timeout: TIMEOUT }),
    guardedFetch: guardedFetch({ ...guard, allow: [] }),
    mediaFetch: guardedFetch({ ...guard, allow: [`http://127.0.0.1:${port}`, ...roots] }),
    guardedLookup: guardedLookup({ allowPrivate: allowPrivateUrls }),
  }
}
