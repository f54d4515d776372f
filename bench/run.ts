/** npm run bench: tables of ratios against baselines of the same run. `npm run bench -- parse peer` runs some of them. What they say, and what not: docs/bench.md. */
import { cpus } from 'node:os'
import { costs } from './costs.ts'
import { deliver } from './deliver.ts'
import { inbound } from './inbound.ts'
import { mirror } from './mirror.ts'
import { parse } from './parse.ts'
import { peer } from './peer.ts'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'

/** The whole is to end within 90 seconds; each takes less than 30 on two cores that many others use as well. */
const LATEST_START = 60

const benches: Readonly<Record<string, () => Promise<void>>> = { costs, parse, peer, inbound, mirror, deliver }
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(benches, name))
if (unknown.length > 0) {
  console.error(`There is no bench "${unknown.join('", "')}". There are: ${Object.keys(benches).join(', ')}.`)
  process.exitCode = 2
} else {
  console.log(`Node ${process.version}, ${cpus().length} cores`)
  const begin = performance.now()
  const seconds = () => Math.round((performance.now() - begin) / 1000)
  for (const [name, bench] of Object.entries(benches)) {
    if (asked.length > 0 && !asked.includes(name)) continue
    if (seconds() < LATEST_START) await bench()
    else console.log(`\nLeft out, the machine is too busy: npm run bench -- ${name}`)
  }
  console.log(`\n${seconds()} s`)
}
