/** Tells when something falls due, so that the table is not asked sixty-four times a second on a machine that has nothing to do. */
import { LOOK_BACK_MS } from '@throughline/core/flow/due.ts'
import type { Store } from '@throughline/core/store/store.ts'

const FULL_LOOK = 60_000

export function watchDue(store: Store, now: () => number): { store: Store; isDue(): boolean } {
  const times = new Set<number>()
  let lookedAt = Number.NEGATIVE_INFINITY
  return {
    store: {
      ...store,
      async put(item, when) {
        const done = await store.put(item, when)
        if (done && item.pk.startsWith('DUE#') && typeof item.time === 'number') times.add(item.time)
        return done
      },
    },
    /** Also now and then without a reason: records of an earlier process are not known here. */
    isDue() {
      const due = [...times].filter((time) => time <= now())
      for (const time of due) times.delete(time)
      // A clock that was set back looks as well.
      if (due.length === 0 && now() >= lookedAt && now() - lookedAt < FULL_LOOK) return false
      lookedAt = now()
      return true
    },
  }
}

type Rounds = { now: () => number; isDue: () => boolean; due: () => Promise<void>; healAll: () => Promise<void> }

/** One round: what is due, if anything is. After a gap longer than due records are looked back for (the laptop slept), every log is healed. */
export function dueRounds({ now, isDue, due, healAll }: Rounds): () => Promise<void> {
  let lookedAt = now()
  return async () => {
    const startedAt = now()
    const slept = startedAt - lookedAt > LOOK_BACK_MS
    if (!slept && !isDue()) return
    if (slept) await healAll()
    await due()
    // Only now: a round that failed is made up for.
    lookedAt = startedAt
  }
}
