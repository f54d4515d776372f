/** The queues' consumers. Each record of a batch is answered for by itself (functions/consume.ts). */
import { hubFunction, may } from './function.ts'
import { sendMail } from './mail.ts'
import { dead, queues, TIMEOUTS } from './queues.ts'

type Worker = keyof typeof queues

/** FIFO queues give ten at most and never wait for more. */
const batch = { size: 10, partialResponses: true }

function work(name: Worker, more: ReturnType<typeof may.consume>[] = []) {
  const worker = hubFunction(name, { timeout: TIMEOUTS[name], permissions: [may.consume(queues[name]), ...more] })
  queues[name].subscribe(worker.arn, { batch })
}

work('route')
work('fetch')
work('deliver', sendMail)
work('mirror', sendMail)

const burier = hubFunction('dead', { timeout: TIMEOUTS.dead, permissions: [may.consume(dead)] })
dead.subscribe(burier.arn, { batch })
