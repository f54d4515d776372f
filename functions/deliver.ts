import { deliverLog } from '@throughline/core/flow/deliver.ts'
import type { SQSEvent } from 'aws-lambda'
import { consume } from './consume.ts'
import { callingHub } from './runtime-calls.ts'

export const handler = (event: SQSEvent) => consume(callingHub(), event, 'deliver', (at) => deliverLog(callingHub(), at))
