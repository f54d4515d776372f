/// <reference path="./.sst/platform/config.d.ts" />

export default $config({
  app: (input) => ({
    name: 'throughline',
    home: 'aws',
    removal: input.stage === 'production' ? 'retain' : 'remove',
    protect: input.stage === 'production',
  }),
  async run() {
    await import('./infra/secrets.ts')
    await import('./infra/table.ts')
    await import('./infra/blobs.ts')
    await import('./infra/queues.ts')
    const { url } = await import('./infra/api.ts')
    await import('./infra/workers.ts')
    await import('./infra/schedule.ts')
    await import('./infra/email.ts')
    await import('./infra/alarms.ts')
    return { url }
  },
})
