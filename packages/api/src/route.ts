/** A route as one value: it registers itself with Hono and describes itself in the OpenAPI document, so neither can be without the other. */
import type { Author } from '@throughline/core/entry.ts'
import { parseAt, VisibleError } from '@throughline/core/error.ts'
import type { CallingHub } from '@throughline/core/hub.ts'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import * as z from 'zod/mini'
import { readJson } from './body.ts'

/** Who calls. `workspace` comes from the key alone: no path, query or body names one. */
export type Caller = { workspace: string; author: Author }

export type Call<Q, B> = Caller & {
  hub: CallingHub
  /** Of the path; Hono has matched it, so it is there. */
  param(name: string): string
  query: Q
  body: B
  header(name: string): string | undefined
  request: Request
}

type Answered = { status: ContentfulStatusCode; body: unknown } | { status: 204 } | Response

/** What may come back, for the document: by status, in words and as a schema. */
export type Answers = Record<number, { words: string; schema?: z.ZodMiniType; mime?: string }>

/** A query's schema is an object whose fields the document lists one by one. */
type QuerySchema<Q> = z.ZodMiniType<Q> & { shape: Readonly<Record<string, z.core.$ZodType>> }

type Spec<Q, B> = {
  method: 'get' | 'post' | 'patch' | 'put' | 'delete'
  /** As Hono writes it, `/v1/customers/:id`. */
  path: string
  summary: string
  words?: string
  query: QuerySchema<Q>
  body: z.ZodMiniType<B>
  headers?: Record<string, string>
  answers: Answers
  run(call: Call<Q, B>): Promise<Answered>
  /** Anyone may ask; `run` then sees a caller without a workspace. */
  open?: true
  /** The body is a file, read by `run` itself; most bytes. */
  upload?: number
}

export type Route = Omit<Spec<unknown, unknown>, 'run'> & {
  handle(context: Context, hub: CallingHub, caller: Caller): Promise<Response>
}

const MOST_ID = 200

/** Spread into a route that takes neither. */
export const nothing = { query: z.object({}), body: z.undefined() }

export function route<Q, B>(spec: Spec<Q, B>): Route {
  const { run, ...rest } = spec
  const bodiless = rest.body instanceof z.ZodMiniUndefined
  return {
    ...rest,
    async handle(context, hub, caller) {
      const answered = await run({
        ...caller,
        hub,
        param: (name) => {
          const value = context.req.param(name) ?? ''
          // Ours are shorter, and the table takes no longer keys; a signed link is told by its signature.
          if (value.length > MOST_ID && !rest.open) throw new VisibleError(404, 'not_found', 'There is nothing of such an id.')
          return value
        },
        query: parseAt(spec.query, context.req.query(), 'bad_query'),
        body: parseAt(spec.body, bodiless ? undefined : await readJson(context.req.raw)),
        header: (name) => context.req.header(name),
        request: context.req.raw,
      })
      if (answered instanceof Response) return answered
      return answered.status === 204 ? context.body(null, 204) : context.json(answered.body, answered.status)
    },
  }
}
