/** Slack's mrkdwn to plain text and back. Slack escapes & < > and wraps links and mentions in < >. */

export const toSlack = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const fromEntities = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

/** What an agent wrote, as a customer can read it. `blocks` tell which emoji a `:name:` is. */
export function toPlain(text: string, blocks?: unknown): string {
  const read = text.replace(/<([^<>\n]+)>/g, (_whole, inside: string) => token(inside))
  return fromEntities([...emojiIn(blocks)].reduce((before, [name, emoji]) => before.replaceAll(name, emoji), read))
}

function token(inside: string): string {
  const bar = inside.indexOf('|')
  const target = bar < 0 ? inside : inside.slice(0, bar)
  const label = bar < 0 ? '' : inside.slice(bar + 1)
  if (target.startsWith('@') || target.startsWith('#')) return label ? target[0] + label.replace(/^[@#]/, '') : target
  if (target.startsWith('!')) return label || `@${target.slice(1)}`
  const address = target.replace(/^(mailto|tel):/, '')
  if (!label || label === target) return address
  // Slack makes links of what was typed as plain words: then the label is what the agent wrote.
  return address !== target || bare(label) === bare(target) ? label : `${label} (${target})`
}

const bare = (url: string) => url.replace(/^https?:\/\//, '').replace(/\/$/, '')

const DEEPEST = 8

/** Even an emoji typed as such arrives as `:name:`; only the blocks beside the text say which it is. */
function emojiIn(value: unknown, depth = 0): Map<string, string> {
  const found = new Map<string, string>()
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return found
  const name = Reflect.get(value, 'name')
  const emoji = Reflect.get(value, 'type') === 'emoji' ? character(Reflect.get(value, 'unicode')) : undefined
  if (typeof name === 'string' && emoji) {
    const tone = Reflect.get(value, 'skin_tone')
    found.set(`:${name}:${typeof tone === 'number' ? `:skin-tone-${tone}:` : ''}`, emoji)
  }
  for (const inner of Object.values(value)) for (const [key, one] of emojiIn(inner, depth + 1)) found.set(key, one)
  return found
}

/** `1f44d-1f3fc` -> 👍🏼 */
function character(hex: unknown): string | undefined {
  if (typeof hex !== 'string' || !/^[0-9a-f]{2,5}(-[0-9a-f]{2,5})*$/i.test(hex)) return undefined
  return String.fromCodePoint(...hex.split('-').map((point) => Number.parseInt(point, 16))).toWellFormed()
}
