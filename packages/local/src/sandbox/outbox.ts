/** What the providers still have to tell the hub: lanes in order, one post of a lane at a time, each kept until it is done. */
import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Book, Bubble, Post, Provider } from './state.ts'

/** Done, tried again after so many milliseconds, given up, or not possible before somebody says so (`kick`). */
export type Verdict = 'done' | 'lost' | 'later' | { again: number }
/** One try. `attempts` counts those before it. */
export type Carry = (post: Post, signal: AbortSignal) => Promise<Verdict>

export type Outbox = {
  add(post: Omit<Post, 'id' | 'attempts'>): Promise<void>
  /** Starts lanes that stood still: after a restart, a new webhook. */
  kick(): void
  /** Takes what waits in these lanes away (Telegram's getUpdates). */
  take(provider: Provider, ids: ReadonlySet<string>): Promise<void>
  close(): Promise<void>
}

export function openOutbox(book: Book, carriers: Record<Provider, Carry>): Outbox {
  const { outbox, phones, faults } = book.state
  const closing = new AbortController()
  // Each lane listens, and after a restart all that wait start at once.
  setMaxListeners(0, closing.signal)
  const running = new Map<string, Promise<void>>()

  const laneOf = (post: Post) => `${post.provider}/${post.lane}`
  const headOf = (lane: string) => outbox.find((post) => laneOf(post) === lane)

  function tick(post: Post, state: Bubble['state']): void {
    const bubble = post.phone && phones[post.phone].find(({ id }) => id === post.bubble)
    if (bubble?.from === 'person') bubble.state = state
  }

  async function settle(post: Post, verdict: 'done' | 'lost'): Promise<void> {
    const place = outbox.indexOf(post)
    if (place >= 0) outbox.splice(place, 1)
    tick(post, verdict === 'done' ? 'delivered' : 'failed')
    await book.save()
  }

  async function tryOnce(post: Post): Promise<Verdict> {
    const carry = carriers[post.provider]
    const fault = faults[post.provider]
    const pause = (post.attempts === 0 ? (post.wait ?? 0) : 0) + fault.delay
    if (pause > 0) await sleep(pause, undefined, { signal: closing.signal })
    const verdict = await carry(post, closing.signal)
    if (verdict === 'done' && fault.repeat) await carry(post, closing.signal)
    return verdict
  }

  async function run(lane: string): Promise<void> {
    for (let post = headOf(lane); post && !closing.signal.aborted; post = headOf(lane)) {
      const verdict = await tryOnce(post)
      if (verdict === 'later') return
      if (typeof verdict === 'string') {
        await settle(post, verdict)
        continue
      }
      post.attempts++
      await book.save()
      await sleep(verdict.again, undefined, { signal: closing.signal })
    }
  }

  function start(lane: string): void {
    if (running.has(lane) || closing.signal.aborted) return
    const done = run(lane)
      .catch((error: unknown) => {
        if (!closing.signal.aborted) throw error
      })
      .finally(() => running.delete(lane))
    running.set(lane, done)
  }

  return {
    async add(post) {
      const whole = { ...post, id: randomUUID(), attempts: 0 }
      outbox.push(whole)
      await book.save()
      start(laneOf(whole))
    },
    kick() {
      for (const post of outbox) start(laneOf(post))
    },
    async take(provider, ids) {
      const taken = outbox.filter((post) => post.provider === provider && ids.has(post.id))
      for (const post of taken) await settle(post, 'done')
    },
    async close() {
      closing.abort()
      await Promise.all(running.values())
    },
  }
}

/** 1, 2, 4 … seconds, at most `most`. */
export const growing = (attempts: number, most = 60_000) => Math.min(1000 * 2 ** attempts, most)
