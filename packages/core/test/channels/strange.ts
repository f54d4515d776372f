/** Bodies that no provider should send and that must not make a channel throw. */
const utf8 = (text: string) => new TextEncoder().encode(text)

export const STRANGE: readonly Uint8Array[] = [
  new Uint8Array(),
  new Uint8Array([0]),
  new Uint8Array([0xff, 0xfe, 0x00, 0xd8]),
  ...[
    '{',
    'null',
    'true',
    '0',
    '""',
    '[]',
    '{}',
    '[null]',
    '{"":null}',
    '\u0000\u0000',
    'a=b&a=c',
    '%',
    '=&=&%ZZ=%',
    '--\r\n',
  ].map(utf8),
  utf8(`{"a":${'['.repeat(500)}${']'.repeat(500)}}`),
  utf8('{"__proto__":{"x":1},"constructor":{"prototype":1}}'),
]

const VALUES: readonly string[] = [
  'null',
  '0',
  '-1',
  '1e400',
  '""',
  '"\\ud83d"',
  '"\\u0000"',
  '{}',
  '[]',
  '[null]',
  'true',
  '99999999999999999999',
]

/** A payload cut short, and with each of its values replaced by others: JSON by place, forms by field. */
export function deform(body: Uint8Array): Uint8Array[] {
  const text = Buffer.from(body).toString('utf8')
  const cut = [0.25, 0.5, 0.9].map((share) => body.slice(0, Math.floor(body.length * share)))
  if (text.trimStart().startsWith('{')) {
    const places = [...text.matchAll(/:\s*("(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[[{])/g)]
    return [
      ...cut,
      ...places.flatMap((place, index) => VALUES.slice(index % 3).map((value) => utf8(replaced(text, place, value)))),
    ]
  }
  const fields = [...new URLSearchParams(text).keys()].slice(0, 40)
  return [
    ...cut,
    ...fields.flatMap((name) => ['', '\u0000', '\ud83d', '-1', 'x'.repeat(2000)].map((value) => utf8(form(text, name, value)))),
  ]
}

/** An opening bracket is replaced together with all that it holds. */
function replaced(text: string, place: RegExpMatchArray, value: string): string {
  const found = place[1] ?? ''
  const start = (place.index ?? 0) + place[0].length - found.length
  return text.slice(0, start) + value + text.slice(found === '{' || found === '[' ? closing(text, start) : start + found.length)
}

function closing(text: string, start: number): number {
  let depth = 0
  for (const token of text.slice(start).matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token[0] === '[' || token[0] === '{') depth++
    if (token[0] === ']' || token[0] === '}') depth--
    if (depth === 0) return start + token.index + 1
  }
  return text.length
}

function form(text: string, name: string, value: string): string {
  const params = new URLSearchParams(text)
  params.set(name, value)
  return params.toString()
}
