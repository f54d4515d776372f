/**
 * Bundles what the browser runs (src/client, htmx, idiomorph) into src/assets/script.ts, so that tsx on a laptop and a Lambda
 * bundle serve it alike. Run after a change there: `npm run -w packages/console build`. A test compares the two.
 */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

export async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [path('src/client/main.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
  })
  return result.outputFiles[0]?.text ?? ''
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const script = gzipSync(await bundle(), { level: 9 }).toString('base64')
  const lines = ['/** Made by build.ts: gzip, base64. */', `export const script = '${script}'`, '']
  await writeFile(path('src/assets/script.ts'), lines.join('\n'))
}
