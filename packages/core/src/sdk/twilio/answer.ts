import type { HookAnswer } from '../../connector.ts'

/** Empty TwiML. Any text here would be sent to the customer as a message. */
export const emptyTwiml = (): HookAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: '<?xml version="1.0" encoding="UTF-8"?><Response></Response>',
})
