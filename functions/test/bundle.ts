/** Bundles a function with the options that SST gives esbuild for nodejs24.x. */
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const BANNER = [
  `import { createRequire as topLevelCreateRequire } from 'module';`,
  `const require = topLevelCreateRequire(import.meta.url);`,
  `import { fileURLToPath as topLevelFileUrlToPath, URL as topLevelURL } from "url"`,
  `const __filename = topLevelFileUrlToPath(import.meta.url)`,
  `const __dirname = topLevelFileUrlToPath(new topLevelURL(".", import.meta.url))`,
].join('\n')

/** `inputs`: the files that something of is in the bundle. */
export type Bundle = { file: string; bytes: number; inputs: string[] }

export async function bundle(name: string, folder: string): Promise<Bundle> {
  const file = `${folder}/${name}.mjs`
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../${name}.ts`, import.meta.url))],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'es2024',
    mainFields: ['module', 'main'],
    external: ['sharp', 'pg-native'],
    keepNames: true,
    minify: true,
    banner: { js: BANNER },
    metafile: true,
    logLevel: 'error',
  })
  const [output] = Object.values(metafile.outputs)
  if (!output) throw new Error(`esbuild made no bundle of ${name}`)
  const inputs = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return { file, bytes: output.bytes, inputs: inputs.map(([path]) => path) }
}
