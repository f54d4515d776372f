/** Times in words, in the workspace's zone. */
import type { Page } from './page.ts'

type Unit = { unit: Intl.RelativeTimeFormatUnit; seconds: number }
const UNITS: Unit[] = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
]

const unitFor = (seconds: number) => UNITS.find((each) => Math.abs(seconds) >= each.seconds)

/** "2 minutes ago", "in 3 hours"; within a minute "just now". */
export function relative(page: Page, at: string, style: 'long' | 'narrow' = 'long'): string {
  const seconds = (Date.parse(at) - page.now) / 1000
  const format = new Intl.RelativeTimeFormat(page.t.language, { numeric: 'auto', style })
  const unit = unitFor(seconds)
  return unit ? format.format(Math.trunc(seconds / unit.seconds), unit.unit) : page.t.time.justNow
}

/** "12 min", "3 hr": how long something has lasted; empty for less than a minute. */
export function lasted(page: Page, since: string): string {
  const seconds = Math.max(0, (page.now - Date.parse(since)) / 1000)
  const found = unitFor(seconds)
  if (!found) return ''
  const { unit, seconds: size } = found
  return new Intl.NumberFormat(page.t.language, { style: 'unit', unit, unitDisplay: 'short' }).format(Math.trunc(seconds / size))
}

const formatted = (page: Page, at: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(page.t.language, { timeZone: page.zone, ...options }).format(new Date(at))

export const clock = (page: Page, at: string) => formatted(page, at, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
export const full = (page: Page, at: string) =>
  formatted(page, at, { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' })

/** The calendar day there, for separators: `2026-11-02`. */
export const dayKey = (page: Page, at: string) =>
  new Intl.DateTimeFormat('en-CA', { timeZone: page.zone, dateStyle: 'short' }).format(new Date(at))

export function dayWords(page: Page, at: string): string {
  const key = dayKey(page, at)
  const ago = (days: number) => dayKey(page, new Date(page.now - days * 86_400_000).toISOString())
  if (key === ago(0)) return page.t.time.today
  if (key === ago(1)) return page.t.time.yesterday
  return formatted(page, at, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
}

/** In a list: the hour today, the date before. */
export const brief = (page: Page, at: string) =>
  dayKey(page, at) === dayKey(page, new Date(page.now).toISOString())
    ? clock(page, at)
    : formatted(page, at, { day: 'numeric', month: 'short' })
