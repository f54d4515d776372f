/** npm start */
import { ConfigError } from '@throughline/core/routing/config.ts'
import { loadConfig, unknownNames } from './config.ts'
import type { Running } from './run.ts'
import { readSettings, type Settings, StartError } from './settings.ts'

/** AWS's SDK says at every start that it will want a newer Node in some years. */
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

function greet({ port, smtpPort, adminLink, apiKey, sandbox }: Running, { publicUrl, dir }: Settings): void {
  const base = `http://localhost:${port}`
  const lines = [
    '',
    'Throughline is running.',
    '',
    `  Five phones and an inbox   ${base}/sandbox`,
    `  Connect your own           ${adminLink}  (works once, for a day)`,
    ...(apiKey ? [`  API key                    ${apiKey}  (shown this once)`] : []),
    `  E-mail comes in by SMTP    127.0.0.1:${smtpPort}`,
    '',
    publicUrl
      ? `  Webhooks are registered at ${publicUrl}.`
      : '  No HUB_PUBLIC_URL: real Telegram bots are polled; the other channels say what they need.',
    `  Data lies in ${dir}. Ctrl-C stops; nothing is lost.`,
    '',
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  if (Object.keys(sandbox.book.state.seeded).length === 0) process.stdout.write('  The sandbox could not connect; see above.\n')
}

function stopOn(running: Running): void {
  let stopping = false
  const stop = () => {
    // Who asks twice does not want to wait.
    if (stopping) process.exit(1)
    stopping = true
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

try {
  const settings = readSettings(process.env)
  const config = await loadConfig(settings.configFile)
  // Only now, for the functions import the file themselves, and what is wrong with it would end the start with a stack.
  const { run } = await import('./run.ts')
  const running = await run({ settings, config })
  stopOn(running)
  greet(running, settings)
  const unknown = await unknownNames(running.hub)
  if (unknown) process.stderr.write(`  ${unknown}\n`)
} catch (error) {
  if (!(error instanceof StartError || error instanceof ConfigError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exit(1)
}
