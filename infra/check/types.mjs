/**
 * Type-checks sst.config.ts and infra/ against SST's own components, with no account and no network beyond the npm registry:
 * `sst install` lays out .sst/platform with npm's Bun and a stand-in for Pulumi, which it needs only to deploy.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')

function run(command, args, { cwd = root, env = {} } = {}) {
  const { status, error } = spawnSync(command, args, { cwd, stdio: 'inherit', env: { ...process.env, ...env } })
  if (error) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`)
}

const scratch = mkdtempSync(join(tmpdir(), 'throughline-infra-'))
try {
  const pulumi = join(scratch, 'pulumi')
  writeFileSync(pulumi, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: here })
  run('npx', ['sst', 'install'], {
    env: {
      SST_TELEMETRY_DISABLED: '1',
      DO_NOT_TRACK: '1',
      // Nothing here may look for an account.
      AWS_EC2_METADATA_DISABLED: 'true',
      SST_SKIP_DEPENDENCY_CHECK: '1',
      SST_BUN_PATH: join(here, 'node_modules/.bin/bun'),
      SST_PULUMI_PATH: pulumi,
      SST_STAGE: 'check',
    },
  })
  run('npx', ['tsc', '-p', 'infra/tsconfig.json'])
  console.log('sst.config.ts and infra/ fit the components of SST')
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
