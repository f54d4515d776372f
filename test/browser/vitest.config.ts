import { defineConfig } from 'vitest/config'

/** Apart from `npm test`: it needs a Chromium (Debian's, or the one that CHROMIUM names). One product and one browser at a time. */
export default defineConfig({
  test: {
    include: ['test/browser/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
})
