/** How often something can be done in a second, and tables to tell it. No assertions: figures of a shared machine say little, ratios of one run more. */

/** What is done with each of a list, by so many workers who take from it in turn. */
export type Work<T> = { of: readonly T[]; act: (one: T) => Promise<unknown> }
const AT_ONCE = 8

/** Ours and the baseline in turns of a fraction of a second, so that what else the machine does falls on both. */
const TURNS = 4

export async function against<A, B>(ours: Work<A>, bare: Work<B>, seconds = 1): Promise<{ ours: number; bare: number }> {
  const [a, b] = [runner(ours), runner(bare)]
  for (let turn = 0; turn < TURNS; turn++) {
    await a.run(seconds / TURNS)
    await b.run(seconds / TURNS)
  }
  return { ours: a.perSecond(), bare: b.perSecond() }
}

export async function rate<T>(work: Work<T>, seconds = 1): Promise<number> {
  const one = runner(work)
  await one.run(seconds)
  return one.perSecond()
}

/** A part of the list goes first and is not counted: caches and compilers are warm then. */
function runner<T>({ of, act }: Work<T>) {
  let next = 0
  let done = 0
  let spent = 0
  const until = async (end: number, last: number) => {
    const worker = async () => {
      while (next < last && performance.now() < end) {
        const one = of[next++]
        if (one === undefined) continue
        await act(one)
        done++
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
  }
  let warm = false
  return {
    async run(seconds: number) {
      if (!warm) {
        await until(performance.now() + seconds * 1000, Math.min(of.length >> 3, 200))
        warm = true
        done = 0
      }
      const begin = performance.now()
      if (next < of.length) await until(begin + seconds * 1000, of.length)
      spent += performance.now() - begin
    },
    perSecond: () => done / (spent / 1000),
  }
}

/** For what needs no waiting: a call takes microseconds, so the clock is asked only now and then. In turns as well. */
export async function paces(ours: () => unknown, bare: () => unknown, seconds = 0.4): Promise<{ ours: number; bare: number }> {
  const sum = { ours: 0, bare: 0 }
  await pace(ours, seconds / TURNS)
  for (let turn = 0; turn < TURNS; turn++) {
    sum.ours += await pace(ours, seconds / TURNS)
    sum.bare += await pace(bare, seconds / TURNS)
  }
  return { ours: sum.ours / TURNS, bare: sum.bare / TURNS }
}

async function pace(act: () => unknown, seconds: number): Promise<number> {
  const begin = performance.now()
  let done = 0
  for (let now = begin; now < begin + seconds * 1000; now = performance.now()) {
    for (let n = 0; n < 20; n++) await act()
    done += 20
  }
  return done / ((performance.now() - begin) / 1000)
}

export const whole = (value: number): string => Math.round(value).toLocaleString('en-US')
/** Of the baseline: 0.45 means that it takes a bit more than twice as long. */
export const ratio = (value: number, of: number): string => {
  const share = of > 0 ? value / of : 0
  return share < 0.1 ? share.toPrecision(1) : share.toFixed(2)
}

export type Row = Record<string, string>
export function table(title: string, rows: readonly Row[]): void {
  const names = [...new Set(rows.flatMap(Object.keys))]
  const width = (name: string) => Math.max(name.length, ...rows.map((row) => (row[name] ?? '').length))
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  console.log(`\n### ${title}\n`)
  console.log(line(names.map((name) => name.padEnd(width(name)))))
  console.log(line(names.map((name) => '-'.repeat(width(name)))))
  for (const row of rows) console.log(line(names.map((name) => (row[name] ?? '').padEnd(width(name)))))
}
