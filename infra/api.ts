/** Webhooks have a function of their own, small and quick to start; REST and the pages share another. */
import { hubFunction } from './function.ts'
import { gateway } from './gateway.ts'
import { sendMail } from './mail.ts'

/** Below the gateway's own limit of 30 seconds; REST's long poll waits 20 at most. */
const webhook = hubFunction('webhook', { timeout: 15 })
const api = hubFunction('api', { timeout: 29, memory: '1024 MB', permissions: sendMail })

gateway.route('ANY /hooks/{connection}', webhook.arn)
gateway.route('$default', api.arn)

export const url = gateway.url
