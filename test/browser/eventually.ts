import { expect } from 'vitest'
import { PATIENCE } from './browser.ts'

/** Asks again until it is so. */
export const eventually = <T>(ask: () => T | Promise<T>) => expect.poll(ask, { timeout: PATIENCE, interval: 100 })
