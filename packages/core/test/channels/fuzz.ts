/** Bytes that nobody would think of: any at all, and good payloads with some of their values changed, lost, doubled, blown up. */
import type { ChannelEvent } from '@throughline/core/channel.ts'
import fc from 'fast-check'

type Node = Record<string, unknown> | unknown[]
type Change = { at: number; how: 'replace' | 'remove' | 'repeat'; value: unknown }

const deep = (depth: number): unknown => (depth === 0 ? [] : { text: [deep(depth - 1)], blocks: [{}] })
const value = fc.oneof(
  {
    arbitrary: fc.constantFrom(null, true, false, 0, -1, 1.5, 1e308, 2 ** 53 + 2, '', ' ', '\ud83d', '\u0000', {}, []),
    weight: 6,
  },
  { arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }), weight: 4 },
  { arbitrary: fc.integer(), weight: 3 },
  {
    arbitrary: fc.constantFrom<unknown>(
      'x'.repeat(100_000),
      '👋'.repeat(30_000),
      '1'.repeat(20_000),
      Array.from({ length: 3000 }, (_, index) => ({
        type: 'text_link',
        offset: index,
        length: 1,
        url: `https://a.example/${'u'.repeat(99)}`,
      })),
      Array.from({ length: 3000 }, () => ({ text: 'x'.repeat(99), file_id: 'f', type: 'emoji', emoji: '👋' })),
      Array.from({ length: 3000 }, (_, index) => index),
      deep(200),
    ),
    weight: 4,
  },
)
const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'repeat'),
  value,
})

const isNode = (one: unknown): one is Node => typeof one === 'object' && one !== null

/** Every place at which a value stands. */
function places(node: Node, found: [Node, string][] = []): [Node, string][] {
  for (const [name, inner] of Object.entries(node)) {
    found.push([node, name])
    if (isNode(inner) && found.length < 5000) places(inner, found)
  }
  return found
}

function apply(base: string, changes: readonly Change[]): Uint8Array {
  const root: unknown = JSON.parse(base)
  if (isNode(root))
    for (const { at, how, value: other } of changes) {
      const all = places(root)
      const [node, name] = all[at % all.length] ?? [root, 'x']
      if (how === 'remove') Reflect.deleteProperty(node, name)
      else
        Reflect.set(node, name, how === 'replace' ? structuredClone(other) : [Reflect.get(node, name), Reflect.get(node, name)])
    }
  return new TextEncoder().encode(JSON.stringify(root))
}

export const anyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.json({ maxDepth: 4 }).map((text) => new TextEncoder().encode(text)),
)

export const mutated = (bases: readonly string[]): fc.Arbitrary<Uint8Array> =>
  fc
    .record({ base: fc.constantFrom(...bases), changes: fc.array(change, { minLength: 1, maxLength: 5 }) })
    .map(({ base, changes }) => apply(base, changes))

/** An entry is an item of 400 KB at most; long texts are put into blobs. */
export function largest(events: readonly ChannelEvent[]): number {
  const sizes = events.map((event) => {
    const parts = 'parts' in event ? event.parts.map((part) => (part.type === 'text' ? { ...part, text: '' } : part)) : []
    return Buffer.byteLength(JSON.stringify({ ...event, parts }))
  })
  return Math.max(0, ...sizes)
}
