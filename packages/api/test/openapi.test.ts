import { validate } from '@readme/openapi-parser'
import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { createApi } from '../src/app.ts'
import { stage } from './hub.ts'

const Document = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ operationId: z.string() }))),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
})

async function document() {
  const { hub } = await stage()
  const api = createApi(hub)
  const answer = await api.request('/v1/openapi.json')
  return { api, document: Document.parse(await answer.json()) }
}

test('every route that Hono knows is in the document, and the other way round', async () => {
  const { api, document: doc } = await document()
  const described = Object.entries(doc.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const registered = api.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
  expect(described.sort()).toEqual(registered.sort())
})

test('the document is valid OpenAPI 3.1, with one id for each operation and no dangling reference', async () => {
  const { document: doc } = await document()
  expect(doc.openapi).toBe('3.1.0')
  const text = JSON.stringify(doc)
  const referred = [...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name ?? '')
  expect(referred.filter((name) => !Object.hasOwn(doc.components.schemas, name))).toEqual([])
  const empty = Object.entries(doc.components.schemas).filter(([, schema]) => Object.hasOwn(Object(schema), '$ref'))
  expect(empty.map(([name]) => name)).toEqual([])
  expect(text).not.toContain('$defs')
  const ids = Object.values(doc.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
  expect(new Set(ids).size).toBe(ids.length)
  const result = await validate(JSON.parse(text))
  expect(result.valid ? [] : result.errors).toEqual([])
})
