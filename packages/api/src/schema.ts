/** What the nouns of the API share. Named schemas become components of the OpenAPI document. */
import { Entry } from '@throughline/core/entry.ts'
import { VisibleError } from '@throughline/core/error.ts'
import * as z from 'zod/mini'

/** Names for the document; a registry of our own, for the global one belongs to whoever embeds us. */
export const named = z.registry<{ id?: string; maxProperties?: number }>()
export function name<S extends z.ZodMiniType>(id: string, schema: S): S {
  named.add(schema, { id })
  return schema
}

/** A record with so many fields; of zod's own checks none counts them. */
export function atMost<V extends z.ZodMiniType>(most: number, schema: z.ZodMiniRecord<z.ZodMiniString, V>) {
  const counted = schema.check(z.refine((fields) => Object.keys(fields).length <= most, `at most ${most} of them`))
  named.add(counted, { maxProperties: most })
  return counted
}

/** Halves of characters and NULs are not text: some stores and providers refuse them. */
const wellFormed = (value: string) => value.toWellFormed().replaceAll('\0', '')
export const text = (most: number) => z.string().check(z.overwrite(wellFormed), z.minLength(1), z.maxLength(most))

export const Limit = z._default(z.coerce.number().check(z.int(), z.minimum(1), z.maximum(100)), 50)
export const ListQuery = z.object({ limit: Limit, cursor: z.optional(z.string().check(z.maxLength(2000))) })

export const Problem = name(
  'Problem',
  z.object({ type: z.string(), title: z.string(), status: z.number(), code: z.string(), detail: z.string() }),
)

export const EntryJson = name('Entry', Entry)
export const Id = z.object({ id: z.string() })

/** An opaque place in a list. */
export const toCursor = (place: string): string => Buffer.from(place).toString('base64url')
export function fromCursor(cursor: string): string {
  const place = Buffer.from(cursor, 'base64url').toString()
  if (toCursor(place) === cursor && /^[\w:.~-]{0,200}$/.test(place)) return place
  throw new VisibleError(400, 'bad_cursor', 'This cursor is not one of ours. Leave it out to read from the beginning.')
}
