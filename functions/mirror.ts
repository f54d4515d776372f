import { mirrorLog } from '@throughline/core/flow/mirror.ts'
import type { SQSEvent } from 'aws-lambda'
import { consume } from './consume.ts'
import { callingHub } from './runtime-calls.ts'

export const handler = (event: SQSEvent) =>
  consume(callingHub(), event, 'mirror', async (at, connection) => {
    if (connection === undefined) throw new TypeError('A poke of a mirror names its connection')
    await mirrorLog(callingHub(), at, connection)
  })
