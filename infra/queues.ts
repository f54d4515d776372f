/** One FIFO queue for each kind of subscriber, and one for what failed in any of them: each queue costs polling even when idle. */

/** Seconds one call of a worker may take. Provider calls have their own, shorter limit (functions/runtime-calls.ts). */
export const TIMEOUTS = { route: 30, fetch: 60, deliver: 60, mirror: 60, dead: 30 } as const
/** AWS's advice: a message must not come back while its batch, with retries of a throttled function, may still be at work. */
const VISIBILITY_FACTOR = 6
const TRIES = 4
const FOURTEEN_DAYS = 14 * 24 * 3600

/** Throughput counts per group, so many customers at once are no reason to wait. */
const highThroughput = { deduplicationScope: 'messageGroup', fifoThroughputLimit: 'perMessageGroupId' }

const visibility = (worker: keyof typeof TIMEOUTS) => `${TIMEOUTS[worker] * VISIBILITY_FACTOR} seconds` as const

export const dead = new sst.aws.Queue('HubDead', {
  fifo: true,
  visibilityTimeout: visibility('dead'),
  transform: { queue: { ...highThroughput, messageRetentionSeconds: FOURTEEN_DAYS } },
})

const queue = (name: string, worker: keyof typeof TIMEOUTS) =>
  new sst.aws.Queue(name, {
    fifo: true,
    visibilityTimeout: visibility(worker),
    dlq: { queue: dead.arn, retry: TRIES },
    transform: { queue: { ...highThroughput } },
  })

export const queues = {
  route: queue('HubRoute', 'route'),
  fetch: queue('HubFetch', 'fetch'),
  deliver: queue('HubDeliver', 'deliver'),
  mirror: queue('HubMirror', 'mirror'),
}
