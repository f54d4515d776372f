import { defineConfig } from '@throughline/core/routing/config.ts'

/**
 * Who gets which message. Rules are tried from the top; the first that matches is the last, unless it says `continue: true`.
 * `notify` names tool connections (or kinds: slack, webhook); without it every connected tool gets the message. The inbox always does.
 */
export default defineConfig({
  timezone: 'UTC',
  order: ['telegram', 'whatsapp', 'viber', 'sms', 'email'],
  rules: [
    // { name: 'refunds', when: { text: 'refund' }, then: { notify: ['slack'], tag: ['refund'] } },
    // { name: 'night', when: { hours: { from: '09:00', to: '18:00', outside: true } }, then: { answer: 'We are back at nine.' } },
  ],
})
