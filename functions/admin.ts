/** An operator's words to a deployed hub: npx sst shell --stage production -- npm run hub:remote -- workspace add NAME. No Lambda. */
import { runCommand } from '@throughline/api/commands.ts'
import { VisibleError } from '@throughline/core/error.ts'
import { ConfigError } from '@throughline/core/routing/config.ts'
import { hub } from './runtime.ts'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

const HINT = 'Is this run by sst? npx sst shell --stage production -- npm run hub:remote -- …'

try {
  const lines = await runCommand(hub(), process.argv.slice(2), { program: 'npm run hub:remote --' })
  process.stdout.write(`${lines.join('\n')}\n`)
} catch (error) {
  if (!(error instanceof VisibleError || error instanceof ConfigError)) throw error
  process.stderr.write(`${error instanceof VisibleError ? error.words : `${error.message}\n${HINT}`}\n`)
  process.exitCode = 1
}
