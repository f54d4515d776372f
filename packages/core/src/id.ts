import { monotonicFactory } from 'ulid'

/** Ids sortable by the time they were made; within one process strictly rising. */
export const idMaker = (now: () => number = Date.now): (() => string) => {
  const next = monotonicFactory()
  return () => next(now())
}
