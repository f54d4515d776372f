/** What the nouns of the API share. Named schemas become components of the OpenAPI document. */
import { Entry } from '@throughline/core/entry.ts'
import * as z from 'zod/mini'

/** Names for the document; a registry of our own, for the global one belongs to whoever embeds us. */
export const named = z.registry<{ id: string }>()
export function name<S extends z.ZodMiniType>(id: string, schema: S): S {
  named.add(schema, { id })
  return schema
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
export const fromCursor = (cursor: string): string => Buffer.from(cursor, 'base64url').toString()
