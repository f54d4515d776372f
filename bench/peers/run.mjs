/**
 * Vercel's Chat SDK taking the same Telegram updates in: its own adapter, its own in-memory state, the webhook's secret checked, a direct
 * message's handler that does nothing. Each message is waited for until its handler is through (`waitUntil`), as a serverless host would.
 * The adapter tells Telegram "typing" at every message, and no option stops it: with `typing` it may, towards a stand-in on 127.0.0.1;
 * without, that one method does nothing. Reads {bodies, seconds, typing} from stdin, prints one JSON object.
 */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { createMemoryState } from '@chat-adapter/state-memory'
import { createTelegramAdapter } from '@chat-adapter/telegram'
import { Chat } from 'chat'

const AT_ONCE = 8
const SECRET = 'bench-secret'
const { bodies, seconds, typing } = JSON.parse(await text(process.stdin))

/** Telegram's API as far as it is asked: who the bot is. */
const api = createServer((request, response) => {
  request.resume()
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ ok: true, result: { id: 1, is_bot: true, first_name: 'Bench', username: 'bench_bot' } }))
})
await new Promise((resolve) => api.listen(0, '127.0.0.1', resolve))

/** Counts what a message asks of the state. */
const calls = {}
const memory = createMemoryState()
const state = new Proxy(memory, {
  get(target, name) {
    const value = Reflect.get(target, name, target)
    if (typeof value !== 'function') return value
    return (...args) => {
      calls[name] = (calls[name] ?? 0) + 1
      return value.apply(target, args)
    }
  },
})

const silent = { debug() {}, info() {}, warn() {}, error: console.error, child: () => silent }
const adapter = createTelegramAdapter({
  botToken: '1:bench',
  secretToken: SECRET,
  mode: 'webhook',
  userName: 'bench_bot',
  apiUrl: `http://127.0.0.1:${api.address().port}`,
  logger: silent,
})
if (!typing) adapter.startTyping = async () => {}
// Overlapping messages are dropped unless told otherwise; here none may be.
const bot = new Chat({ userName: 'bench_bot', adapters: { telegram: adapter }, state, logger: silent, concurrency: 'concurrent' })
let handled = 0
bot.onDirectMessage(async () => {
  handled++
})
await bot.initialize()

const headers = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': SECRET }
async function take(body) {
  const tasks = []
  const request = new Request('http://127.0.0.1/telegram', { method: 'POST', headers, body })
  const answer = await bot.webhooks.telegram(request, { waitUntil: (task) => tasks.push(task) })
  if (answer.status !== 200) throw new Error(`the peer answered ${answer.status}`)
  await Promise.all(tasks)
}

let next = 0
async function run(forSeconds) {
  const end = performance.now() + forSeconds * 1000
  let done = 0
  const worker = async () => {
    while (next < bodies.length && performance.now() < end) {
      await take(bodies[next++])
      done++
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return done
}

// A fresh process is cold: as long again goes before, uncounted.
await run(seconds)
const [before, counted] = [handled, { ...calls }]
const begin = performance.now()
const done = await run(seconds)
const perSecond = done / ((performance.now() - begin) / 1000)
if (handled - before !== done) throw new Error(`the peer handled ${handled - before} of ${done}`)

const each = Object.entries(calls)
  .map(([name, count]) => [name, (count - (counted[name] ?? 0)) / done])
  .filter(([, count]) => count >= 0.01)
  .map(([name, count]) => `${count.toFixed(count % 1 < 0.01 ? 0 : 1)} ${name}`)
const lists = [...memory.cache].filter(([, { value }]) => Array.isArray(value)).map(([key, { value }]) => [key, value.length])
const most = Math.max(0, ...lists.map(([, length]) => length))
const kept = lists.reduce((sum, [, length]) => sum + length, 0)

process.stdout.write(
  JSON.stringify({
    name: `Chat SDK 4.41.0${typing ? ' as it comes' : ', its call to Telegram left out'}`,
    perSecond,
    state: each.join(', '),
    kept: `${kept} of ${handled} in ${lists.length} lists, the longest ${most}`,
  }),
)
await bot.shutdown()
api.close()
api.closeAllConnections()
