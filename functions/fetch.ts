import { fetchLog } from '@throughline/core/flow/fetch.ts'
import type { SQSEvent } from 'aws-lambda'
import { consume } from './consume.ts'
import { callingHub } from './runtime-calls.ts'

export const handler = (event: SQSEvent) => consume(callingHub(), event, 'fetch', (at) => fetchLog(callingHub(), at))
