/** What a reply costs on the channel where it would go: asked of the channel, over the texts as they would be sent. */
import { lower } from '../delivery/lower.ts'
import type { Hub } from '../hub.ts'
import type { Part } from '../message.ts'
import { linkTo } from './deliver-unit.ts'

export type Measure = { units: number; words: string }

/** Undefined: this channel does not count, or there is no text to count. */
export function measureOf(hub: Hub, kind: string, parts: readonly Part[]): Measure | undefined {
  const channel = hub.channels[kind]
  if (!channel?.measure) return undefined
  const units = lower(parts, channel.capabilities, (part) => linkTo(hub, part.media))
  const measured: Measure[] = []
  for (const part of units.flatMap((unit) => unit.parts)) if (part.type === 'text') measured.push(channel.measure(part.text))
  const [first, ...more] = measured
  if (!first || more.length === 0) return first
  const sum = measured.reduce((total, { units: one }) => total + one, 0)
  return { units: sum, words: `${measured.length} messages: ${measured.map(({ words }) => words).join(' + ')}` }
}
