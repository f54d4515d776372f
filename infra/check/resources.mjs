/**
 * Runs sst.config.ts and infra/ with SST's real components under Pulumi's mocks: every resource that a deployment would make, with no
 * account. types.mjs lays out the platform before; resources.test.mjs says what must be true of them.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
const platform = join(root, '.sst/platform')
const work = join(root, '.sst/check')

/** What each function was linked to and built from. */
const functions = []

/** The calls that components make to SST's own process. */
const calls = {
  'Provider.Aws.Bootstrap': () => ({ asset: 'asset', assetEcrRegistryId: '1', assetEcrUrl: 'ecr', state: 'state' }),
  async 'Runtime.Build'({ functionID, handler, links }) {
    const [file, name] = handler.split('.')
    const out = join(work, functionID)
    const target = join(out, 'bundle.mjs')
    mkdirSync(out, { recursive: true })
    const { metafile } = await build({
      entryPoints: [join(root, `${file}.ts`)],
      outfile: target,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'es2024',
      mainFields: ['module', 'main'],
      metafile: true,
      logLevel: 'error',
    })
    const [output] = Object.values(metafile.outputs)
    const errors = output.exports.includes(name) ? [] : [`${handler} is not exported`]
    functions.push({ id: functionID, handler, links })
    return { handler: `bundle.${name}`, out, errors, sourcemaps: [] }
  },
}

const server = createServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const { method, params } = JSON.parse(Buffer.concat(chunks).toString())
  try {
    if (!calls[method]) throw new Error(`rpc: can't find ${method}`)
    response.end(JSON.stringify({ result: await calls[method](params[0]) }))
  } catch (error) {
    response.end(JSON.stringify({ error: String(error?.message ?? error) }))
  }
})

export async function deployToNowhere(env) {
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const result = join(work, 'result.json')
  const program = join(platform, `check-${process.pid}.mjs`)
  try {
    await build({
      entryPoints: [join(here, 'entry.mjs')],
      outfile: program,
      bundle: true,
      platform: 'node',
      format: 'esm',
      mainFields: ['module', 'main'],
      // Packages of the platform stay there; ours (core's key shapes) are bundled.
      packages: 'external',
      alias: { '#platform': join(platform, 'src') },
      inject: [join(platform, 'src/shim/run.js')],
      define: {
        $app: JSON.stringify({ name: 'throughline', stage: 'check', removal: 'remove', providers: {} }),
        $cli: JSON.stringify({
          command: 'deploy',
          rpc: '',
          paths: { root, home: work, work, platform, config: join(root, 'sst.config.ts') },
          env: {},
          state: { version: {} },
        }),
        $dev: 'false',
      },
      logLevel: 'error',
    })
    const [code] = await once(
      spawn(process.execPath, [program], {
        stdio: 'inherit',
        env: { ...process.env, ...env, HUB_CHECK_RESULT: result, SST_SERVER: `http://127.0.0.1:${server.address().port}` },
      }),
      'exit',
    )
    if (code !== 0) throw new Error(`The deployment's program ended with ${code}`)
    return { ...JSON.parse(readFileSync(result, 'utf8')), functions }
  } finally {
    server.close()
    rmSync(program, { force: true })
  }
}
