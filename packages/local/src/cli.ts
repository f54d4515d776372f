/** npm run hub -- … */
import { runCommand } from '@throughline/api/commands.ts'
import { VisibleError } from '@throughline/core/error.ts'
import { parseConfig } from '@throughline/core/routing/config.ts'
import { askControl } from './control.ts'
import { makeHub, quietLogger } from './hub.ts'
import { readSettings, type Settings, StartError } from './settings.ts'
import { openTable } from './table.ts'
import { TERMINAL } from './terminal.ts'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

/** No hub runs: this process opens the table itself. Nothing here pokes. */
async function alone(settings: Settings, words: string[]): Promise<string[]> {
  const table = await openTable(settings.dir)
  try {
    const queue = { send: async () => undefined }
    const { port } = settings
    const hub = await makeHub({ settings, table, queue, logger: quietLogger(), config: parseConfig({}), port })
    return await runCommand(hub, words, TERMINAL)
  } finally {
    await table.close()
  }
}

try {
  const settings = readSettings(process.env)
  const words = process.argv.slice(2)
  const lines = (await askControl(settings.dir, words)) ?? (await alone(settings, words))
  process.stdout.write(`${lines.join('\n')}\n`)
} catch (error) {
  if (!(error instanceof StartError || error instanceof VisibleError)) throw error
  process.stderr.write(`${error instanceof VisibleError ? error.words : error.message}\n`)
  process.exitCode = 1
}
