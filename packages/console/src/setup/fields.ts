/** The form of a connector, made from its schemas: what to ask, and what was answered. */
import type { Connector } from '@throughline/core/connector.ts'
import * as z from 'zod/mini'
import type { Words } from '../words/words.ts'

export const GROUPS = ['credentials', 'settings'] as const
export type Group = (typeof GROUPS)[number]
export type Field = {
  group: Group
  key: string
  /** Of the form: `credentials.token`, as refusals name it too. */
  name: string
  title: string
  description?: string
  input: 'text' | 'password' | 'number' | 'checkbox' | 'select' | 'list' | 'json' | 'url' | 'email'
  options: string[]
  initial: string
  required: boolean
}
export type Values = Record<string, string>
export type Problems = Record<string, string>

const Property = z.looseObject({
  type: z.optional(z.string()),
  title: z.optional(z.string()),
  description: z.optional(z.string()),
  format: z.optional(z.string()),
  enum: z.optional(z.array(z.union([z.string(), z.number()]))),
  items: z.optional(z.looseObject({ type: z.optional(z.string()) })),
  default: z.optional(z.unknown()),
})
type Property = z.infer<typeof Property>
const Shape = z.object({
  properties: z._default(z.record(z.string(), Property), {}),
  required: z._default(z.array(z.string()), []),
})

export const fieldsOf = (connector: Connector): Field[] =>
  GROUPS.flatMap((group) => {
    const schema = z.toJSONSchema(connector[group], { io: 'input', unrepresentable: 'any' })
    const { properties, required } = Shape.parse(schema)
    return Object.entries(properties).map(([key, property]): Field => {
      const { title = spaced(key), description } = property
      const input = connector.secrets.includes(key) ? 'password' : inputFor(property)
      const initial = property.default === undefined ? '' : inWords(property.default)
      const options = property.enum?.map(String) ?? []
      return {
        group,
        key,
        name: `${group}.${key}`,
        title,
        description,
        input,
        options,
        initial,
        required: required.includes(key),
      }
    })
  })

/** `accountSid` -> "Account sid", where nobody gave a title. */
const spaced = (key: string) => {
  const words = key.replaceAll(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function inputFor({ type, format, enum: options, items }: Property): Field['input'] {
  if (options) return 'select'
  if (type === 'boolean') return 'checkbox'
  if (type === 'number' || type === 'integer') return 'number'
  if (type === 'array' && items?.type === 'string') return 'list'
  if (type !== 'string') return 'json'
  if (format === 'uri') return 'url'
  return format === 'email' ? 'email' : 'text'
}

const inWords = (value: unknown): string => {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map(String).join('\n') : JSON.stringify(value)
}

/** What is stored now, for a form that changes it; secrets never. */
export function valuesOf(fields: readonly Field[], stored: Record<Group, Record<string, unknown>>): Values {
  const shown = fields.filter((field) => field.input !== 'password' && stored[field.group][field.key] !== undefined)
  return Object.fromEntries(shown.map((field) => [field.name, inWords(stored[field.group][field.key])]))
}

export type Filled = Record<Group, Record<string, unknown>> & { values: Values; problems: Problems }

/** `partly`: what is left empty stays as it is stored. */
export function readFields(fields: readonly Field[], form: FormData, t: Words, partly = false): Filled {
  const filled: Filled = { credentials: {}, settings: {}, values: {}, problems: {} }
  for (const field of fields) {
    const given = form.get(field.name)
    const text = typeof given === 'string' ? given.trim() : ''
    if (field.input !== 'password') filled.values[field.name] = text
    if (field.input === 'checkbox') filled[field.group][field.key] = text !== ''
    else if (text !== '') put(filled, field, text, t)
    else if (field.required && !partly) filled.problems[field.name] = t.setup.form.fieldMissing
  }
  return filled
}

function put(filled: Filled, field: Field, text: string, t: Words): void {
  if (field.input === 'number' && Number.isNaN(Number(text))) filled.problems[field.name] = t.setup.form.notNumber
  else if (field.input === 'number') filled[field.group][field.key] = Number(text)
  else if (field.input === 'list') {
    filled[field.group][field.key] = text.split('\n').flatMap((line) => line.trim() || [])
  } else if (field.input !== 'json') filled[field.group][field.key] = text
  else {
    try {
      filled[field.group][field.key] = JSON.parse(text)
    } catch {
      filled.problems[field.name] = t.setup.form.notJson
    }
  }
}

const Issues = z.object({ issues: z.array(z.object({ path: z.string(), message: z.string() })) })

/** A refusal that names fields, field by field. */
export function problemsOf(fields: readonly Field[], extra: unknown, t: Words): Problems {
  const found = Issues.safeParse(extra)
  if (!found.success) return {}
  const named = found.data.issues.flatMap(({ path, message }): [string, string][] => {
    const field = fields.find(({ name }) => path === name || path.startsWith(`${name}.`))
    return field ? [[field.name, message === 'Invalid input' ? t.setup.form.fieldWrong : message]] : []
  })
  return Object.fromEntries(named)
}
