/** When to try again: what the provider asked for, at least doubling with each try, never later than a quarter of an hour. */
const LONGEST = 15 * 60

export const backoff = (seconds: number, tries: number): number =>
  Math.max(seconds, Math.min(LONGEST, Math.max(1, seconds) * 2 ** tries))
