/** npm run new:channel NAME */
import { join } from 'node:path'
import { makeChannel, NameError } from './new-channel/make.ts'

try {
  const [kind = ''] = process.argv.slice(2)
  const made = makeChannel(join(import.meta.dirname, '../../..'), kind)
  const test = `npx vitest run packages/core/test/channels.test.ts -t "^${kind} "`
  process.stdout.write(
    `${made.map((path) => `wrote ${path}`).join('\n')}\n\nWhat to write next, a failure for each thing:\n  ${test}\n`,
  )
} catch (error) {
  if (!(error instanceof NameError)) throw error
  process.stderr.write(`${error.message}\nnpm run new:channel NAME\n`)
  process.exitCode = 1
}
