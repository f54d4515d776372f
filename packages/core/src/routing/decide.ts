/** `decide(config, asked) -> routing`: which tools, which tags, which automatic answer. Pure, put once, executed as stored. */
import * as z from 'zod/mini'
import { DAYS, type RoutingConfig, type Rule, type When } from './config.ts'

export const Routing = z.object({
  /** Names or kinds of tool connections; undefined: all of them. */
  notify: z.optional(z.array(z.string())),
  tags: z.array(z.string()),
  answers: z.array(z.object({ rule: z.string(), text: z.string() })),
  /** The button that a short answer means. */
  meaning: z.optional(z.string()),
  /** Names of the rules that matched, in order. */
  rules: z.array(z.string()),
  /** Of the configuration. */
  version: z.string(),
})
export type Routing = z.infer<typeof Routing>

/** What a rule may ask about an incoming message. */
export type Asked = { channel: string; text: string; first: boolean; tags: readonly string[]; at: string }

export function decide(config: RoutingConfig, version: string, asked: Asked): Routing {
  const matched: Rule[] = []
  for (const rule of config.rules) {
    if (!matches(rule.when ?? {}, asked, config.timezone)) continue
    matched.push(rule)
    if (!rule.continue) break
  }
  const named = matched.flatMap((rule) => (rule.then.notify ? [rule.then.notify] : []))
  return {
    ...(named.length > 0 ? { notify: [...new Set(named.flat())] } : {}),
    tags: [...new Set(matched.flatMap((rule) => rule.then.tag ?? []))],
    answers: matched.flatMap((rule) => (rule.then.answer ? [{ rule: rule.name, text: rule.then.answer }] : [])),
    rules: matched.map((rule) => rule.name),
    version,
  }
}

const list = (value: string | string[]): string[] => (typeof value === 'string' ? [value] : value)
const fold = (text: string) => text.normalize('NFKC').toLocaleLowerCase()

export function matches(when: When, asked: Asked, timezone: string): boolean {
  if (when.channel !== undefined && !list(when.channel).includes(asked.channel)) return false
  if (when.text !== undefined && !list(when.text).some((text) => fold(asked.text).includes(fold(text)))) return false
  if (when.first !== undefined && when.first !== asked.first) return false
  if (when.tag !== undefined && !list(when.tag).some((tag) => asked.tags.includes(tag))) return false
  if (when.hours && inHours(when.hours, asked.at, timezone) === (when.hours.outside ?? false)) return false
  return true
}

/** Times of day in the configured zone. `to` before `from`: over midnight, and the day is that of its beginning. */
function inHours(hours: NonNullable<When['hours']>, at: string, timezone: string): boolean {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const part = Object.fromEntries(format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]))
  const time = `${part.hour}:${part.minute}`
  const today = DAYS.findIndex((day) => day === part.weekday?.toLowerCase())
  const on = (day: number) => !hours.days || hours.days.some((name) => name === DAYS[(day + 7) % 7])
  if (hours.from <= hours.to) return on(today) && time >= hours.from && time < hours.to
  return (on(today) && time >= hours.from) || (on(today - 1) && time < hours.to)
}

/** Is this tool connection one that a routing names? */
export const notifies = (
  routing: Pick<Routing, 'notify'> | undefined,
  tool: { name: string; kind: string; id: string },
): boolean => !routing?.notify || [tool.name, tool.kind, tool.id].some((name) => routing.notify?.includes(name))
