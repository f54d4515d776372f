/** The OpenAPI 3.1 document of a list of routes, made from the schemas that validate them. */
import * as z from 'zod/mini'
import type { Route } from './route.ts'
import { named, Problem } from './schema.ts'

type Json = { [name: string]: unknown }

/** Every route of a caller with a key may answer so. */
const COMMON = {
  400: 'What was sent does not fit',
  401: 'No API key, or an unknown one',
  404: 'There is no such thing in this workspace',
}

export function documentOf(routes: readonly Route[], server: string): Json {
  const schemas: Json = {}
  const toSchema: ToSchema = (schema) => {
    const {
      $schema: _,
      $defs,
      ...json
    } = lifted(z.toJSONSchema(schema, { metadata: named, io: 'input', unrepresentable: 'any' }))
    if (typeof $defs === 'object') Object.assign(schemas, $defs)
    const id = named.get(schema)?.id
    if (id === undefined) return json
    // Of a named root zod gives a reference too; what it refers to is among the definitions.
    schemas[id] ??= json
    return { $ref: `#/components/schemas/${id}` }
  }
  const problem = { 'application/problem+json': { schema: toSchema(Problem) } }
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: operation(route, toSchema, problem) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Throughline', version: '1', description: 'One customer, one stream, whichever channel they are on.' },
    servers: [{ url: server }],
    security: [{ key: [] }],
    paths,
    components: { schemas, securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key, `tl_…`' } } },
  }
}

/** zod keeps named schemas beside each root; a document keeps them in one place. */
function lifted(schema: object): Json {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'), (key, value) => {
    if (key === 'id') return typeof value === 'string' ? undefined : value
    return value
  })
}

type ToSchema = (schema: z.core.$ZodType) => Json

function operation(route: Route, toSchema: ToSchema, problem: Json): Json {
  const responses: Json = {}
  const common = route.open ? {} : COMMON
  for (const [status, words] of Object.entries(common)) responses[status] = { description: words, content: problem }
  for (const [status, { words, schema, mime = 'application/json' }] of Object.entries(route.answers)) {
    const failed = Number(status) >= 400
    const content = failed
      ? problem
      : schema || mime !== 'application/json'
        ? { [mime]: { schema: schema ? toSchema(schema) : {} } }
        : undefined
    responses[status] = { description: words, ...(content && { content }) }
  }
  const parameters = parametersOf(route, toSchema)
  const requestBody = bodyOf(route, toSchema)
  return {
    operationId: idOf(route),
    summary: route.summary,
    ...(route.words && { description: route.words }),
    tags: [route.path.split('/').find((part) => part && part !== 'v1') ?? 'hub'],
    ...(route.open && { security: [] }),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses,
  }
}

function parametersOf(route: Route, toSchema: ToSchema): Json[] {
  const string = { type: 'string' }
  const inPath = [...route.path.matchAll(/:(\w+)/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: string }))
  const inQuery = Object.entries(route.query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !z.safeParse(schema, undefined).success,
    schema: toSchema(schema),
  }))
  const inHeader = Object.entries(route.headers ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    schema: string,
  }))
  return [...inPath, ...inQuery, ...inHeader]
}

function bodyOf(route: Route, toSchema: ToSchema): Json | undefined {
  if (route.upload) {
    const form = { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' } } }
    return { required: true, content: { 'multipart/form-data': { schema: form }, 'application/octet-stream': { schema: {} } } }
  }
  if (route.body instanceof z.ZodMiniUndefined) return undefined
  return { required: true, content: { 'application/json': { schema: toSchema(route.body) } } }
}

/** `getCustomersEntries`: stable, readable in generated clients. */
const idOf = ({ method, path }: Route): string =>
  method +
  path
    .split('/')
    .filter((part) => part && part !== 'v1')
    .map((part) => part.replace(/^:/, 'by-'))
    .flatMap((part) => part.split(/[-.]/))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
