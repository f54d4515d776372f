/** Rich messages (blocks of nested texts) as plain text: a line for each block, the words in their order. */

/** Deeper than any client makes them, and more words than any message has. */
const DEPTH = 16
const MOST = 64_000

/** Where blocks keep what can be read, in reading order, and what stands between the pieces of such a list. */
const INNER: readonly [string, string][] = [
  ['label', ''],
  ['summary', ''],
  ['text', ''],
  ['expression', ''],
  ['alternative_text', ''],
  ['blocks', '\n'],
  ['items', '\n'],
  ['caption', ''],
  ['credit', ''],
]

export const richText = (blocks: readonly unknown[]): string => read(blocks, '\n', DEPTH, { left: MOST })

function read(value: unknown, between: string, depth: number, room: { left: number }): string {
  if (depth === 0 || room.left <= 0) return ''
  if (typeof value === 'string') {
    const text = value.slice(0, room.left)
    room.left -= text.length
    return text
  }
  if (Array.isArray(value))
    return joined(
      value.map((one) => read(one, '', depth - 1, room)),
      between,
    )
  if (typeof value !== 'object' || value === null) return ''
  const inner = INNER.map(([name, joint]) => read(Reflect.get(value, name), joint, depth - 1, room))
  return joined([...inner, table(Reflect.get(value, 'cells'), depth - 1, room)], '\n')
}

const table = (rows: unknown, depth: number, room: { left: number }): string =>
  Array.isArray(rows)
    ? joined(
        rows.map((row) => read(row, ' | ', depth, room)),
        '\n',
      )
    : ''

const joined = (texts: readonly string[], by: string): string => texts.filter((text) => text !== '').join(by)
