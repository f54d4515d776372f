/** npm run smoke:live */
import { StartError } from './settings.ts'
import { EXIT, smoke } from './smoke/run.ts'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

/** Ctrl-C ends the waiting; webhooks are taken away all the same. */
const stopping = new AbortController()
process.once('SIGINT', () => stopping.abort())

try {
  process.exitCode = await smoke(process.env, (line) => process.stdout.write(`${line}\n`), stopping.signal)
} catch (error) {
  if (!(error instanceof StartError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = EXIT.badly
}
