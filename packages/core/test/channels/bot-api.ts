/**
 * Telegram's own description of its Bot API (the folder that HUB_SPECS names), as a judge: does a call name a method that exists, with
 * the fields it requires, each of its type and length and none besides; is a value what a type says.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

type Field = { name: string; types: string[]; required: boolean; description: string }
type Described = { name: string; fields?: Field[]; subtypes?: string[]; returns?: string[] }
export type Api = { version: string; methods: Record<string, Described>; types: Record<string, Described> }

const folder = process.env.HUB_SPECS ?? ''
export const botApi: Api | undefined =
  folder === '' ? undefined : JSON.parse(readFileSync(join(folder, 'telegram_bot_api_10.1.json'), 'utf8'))

/** A file of a multipart form, as stand-in.ts shows it. */
const isFile = (value: unknown): boolean =>
  isObject(value) && 'name' in value && 'text' in value && Object.keys(value).length === 2
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What is wrong with a call; empty: nothing. A form's fields are texts, also where they mean numbers and objects. */
export function problemsOfCall(api: Api, method: string, body: unknown): string[] {
  const described = api.methods[method]
  if (described === undefined) return [`no method ${method}`]
  const given = isObject(body) ? body : {}
  const form = JSON.stringify(given).includes('"text":"bytes of ')
  return problemsOfFields(api, described, given, method, form)
}

export function problemsOfAnswer(api: Api, method: string, result: unknown): string[] {
  const types = api.methods[method]?.returns ?? []
  return problemsOfTypes(api, types, result, `${method} returns`, false)
}

export const problemsOfType = (api: Api, type: string, value: unknown): string[] =>
  problemsOfTypes(api, [type], value, type, false)

function problemsOfFields(
  api: Api,
  { fields = [] }: Described,
  given: Record<string, unknown>,
  path: string,
  form: boolean,
): string[] {
  const known = new Map(fields.map((field) => [field.name, field]))
  const missing = fields.filter(({ name, required }) => required && given[name] === undefined)
  return [
    ...missing.map(({ name }) => `${path}.${name} is missing`),
    ...Object.entries(given).flatMap(([name, value]) => {
      const field = known.get(name)
      if (value === undefined) return []
      return field ? problemsOfField(api, field, value, `${path}.${name}`, form) : [`${path}.${name} is not known`]
    }),
  ]
}

function problemsOfField(api: Api, field: Field, value: unknown, path: string, form: boolean): string[] {
  if (isFile(value) && /attach:|upload/i.test(field.description + field.types.join())) return []
  return [...problemsOfTypes(api, field.types, value, path, form), ...problemsOfWords(field.description, value, path)]
}

/** The least wrong of the types that are allowed. */
function problemsOfTypes(api: Api, types: readonly string[], value: unknown, path: string, form: boolean): string[] {
  const all = types.map((type) => problemsOfOne(api, type, value, path, form))
  return all.reduce((best, one) => (one.length < best.length ? one : best), all[0] ?? [`${path} has no type`])
}

const PLAIN: Readonly<Record<string, (value: unknown) => boolean>> = {
  Integer: Number.isSafeInteger,
  Float: (value) => typeof value === 'number',
  Boolean: (value) => typeof value === 'boolean',
  True: (value) => value === true,
  String: (value) => typeof value === 'string',
}

function problemsOfOne(api: Api, type: string, given: unknown, path: string, form: boolean): string[] {
  const value = form && typeof given === 'string' && type !== 'String' ? read(given) : given
  const plain = PLAIN[type]
  if (plain) return plain(value) ? [] : [`${path} is no ${type}`]
  if (type.startsWith('Array of ')) {
    if (!Array.isArray(value)) return [`${path} is no list`]
    return value.flatMap((one, index) => problemsOfOne(api, type.slice('Array of '.length), one, `${path}[${index}]`, form))
  }
  const described = api.types[type]
  if (described === undefined) return [`${path} has the type ${type}, which nobody describes`]
  if (described.subtypes) return problemsOfTypes(api, described.subtypes, value, path, form)
  return isObject(value) ? problemsOfFields(api, described, value, path, form) : [`${path} is no ${type}`]
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** What the words of a field say: one value only, one of a list, so many characters or bytes. */
function problemsOfWords(description: string, value: unknown, path: string): string[] {
  if (typeof value !== 'string') return []
  const only = /always "([^"]+)"|must be ([\w]+)$/.exec(description)?.slice(1).find(Boolean)
  if (only !== undefined) return value === only ? [] : [`${path} is ${value}, not ${only}`]
  const list = /^(?:Type of the (?:entity|chat)|Reaction emoji|Type of action)/.test(description) ? quoted(description) : []
  if (list.length > 1 && !list.includes(value)) return [`${path} is ${value}, none of the list`]
  const [, least = '0', most, unit] = /(\d+)-(\d+) (characters|bytes)/.exec(description) ?? []
  if (most === undefined) return []
  const length = unit === 'bytes' ? Buffer.byteLength(value) : value.length
  return length >= Number(least) && length <= Number(most) ? [] : [`${path} has ${length} ${unit}, not ${least} to ${most}`]
}

export const quoted = (description: string): string[] => [...description.matchAll(/"([^"]+)"/g)].map(([, word = '']) => word)
