import type { SendContext } from '@throughline/core/channel.ts'

/** What the hub hands to the calls half: the real fetch, a short time limit, media of fixed bytes. */
export const testContext = (fields: Partial<SendContext> = {}): SendContext => ({
  now: () => 1767600000000,
  logger: { info() {}, warn() {}, error() {} },
  fetch: (input, init) => fetch(input, init),
  guardedFetch: (input, init) => fetch(input, init),
  timeout: 2_000,
  reference: 'ref-1',
  bytes: async (media) => new TextEncoder().encode(`bytes of ${media.blob ?? media.ref}`),
  link: (media) => `https://hub.example/media/${media.blob ?? media.ref}?signed=1`,
  ...fields,
})
