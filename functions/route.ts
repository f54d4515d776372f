import { routeLog } from '@throughline/core/flow/route.ts'
import type { SQSEvent } from 'aws-lambda'
import { consume } from './consume.ts'
import { hub } from './runtime.ts'

export const handler = (event: SQSEvent) => consume(hub(), event, 'route', (at) => routeLog(hub(), at))
