/** How the Bot API speaks: its envelope, its errors, its four ways of passing arguments. */
import type { Context } from 'hono'
import { readMultipart } from './multipart.ts'

/** An answer of the Bot API that is not `ok`. */
export class BotError extends Error {
  constructor(
    readonly code: number,
    readonly description: string,
    readonly parameters?: { retry_after?: number },
  ) {
    super(description)
  }
}
export const bad = (what: string) => new BotError(400, `Bad Request: ${what}`)

export type Argument = string | File
export type Arguments = Map<string, Argument>

const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** Query, form, JSON or multipart, as the Bot API takes them; JSON's values become what a form would carry. */
export async function readArguments(c: Context): Promise<Arguments> {
  const found: Arguments = new Map(new URL(c.req.url).searchParams)
  if (c.req.method !== 'POST') return found
  const type = c.req.header('content-type') ?? ''
  if (type.startsWith('application/json')) {
    const body: unknown = await c.req.json().catch(() => {
      throw bad("can't parse JSON object")
    })
    for (const [name, value] of Object.entries(body ?? {})) if (value !== null) found.set(name, asText(value))
  } else if (type.startsWith('multipart/form-data')) {
    for (const [name, value] of await readMultipart(type, new Uint8Array(await c.req.arrayBuffer()))) found.set(name, value)
  } else if (type.startsWith('application/x-www-form-urlencoded')) {
    for (const [name, value] of new URLSearchParams(await c.req.text())) found.set(name, value)
  }
  return found
}

export function text(given: Arguments, name: string): string | undefined {
  const value = given.get(name)
  return typeof value === 'string' ? value : undefined
}

export function number(given: Arguments, name: string): number | undefined {
  const value = text(given, name)
  if (value === undefined || value === '') return undefined
  const parsed = Number(value)
  if (Number.isFinite(parsed)) return parsed
  throw bad(`can't parse ${name}`)
}

export function list(given: Arguments, name: string): string[] | undefined {
  const value = text(given, name)
  if (value === undefined || value === '') return undefined
  try {
    const parsed: unknown = JSON.parse(value)
    return Array.isArray(parsed) ? parsed.filter((one) => typeof one === 'string') : []
  } catch {
    throw bad(`can't parse ${name}`)
  }
}
