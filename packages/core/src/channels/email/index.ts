/** E-mail: the door. Mail comes by SES or by the SMTP door, both of which give the envelope and a DMARC verdict. */
import * as z from 'zod/mini'
import type { Channel } from '../../channel.ts'
import { isMailbox } from '../../mailbox.ts'

const hint = <S extends z.ZodMiniType>(schema: S, title: string, description: string): S => {
  z.globalRegistry.add(schema, { title, description })
  return schema
}

/** What most servers still take after base64. */
const LARGEST = { maxBytes: 15 * 1024 * 1024 }

export const email: Channel = {
  kind: 'email',
  title: 'E-mail',
  hint: 'A mailbox address whose mail reaches this hub, and an SMTP server or Amazon SES to send from it.',
  settings: z.object({
    address: hint(
      z
        .string()
        .check(
          z.trim(),
          z.toLowerCase(),
          z.regex(/^[^\s@<>",;]{1,64}@[^\s@<>",;]{1,255}$/, 'a mailbox such as support@example.com'),
        ),
      'Mailbox',
      'Customers write to it, and answers come from it.',
    ),
    via: hint(
      z.optional(z.enum(['smtp', 'ses'])),
      'Send through',
      'smtp: a mail server (the default). ses: Amazon SES of the account the hub runs in.',
    ),
    region: hint(
      z.optional(z.string()),
      'SES region (optional)',
      'Where the address is verified in SES, if not where the hub runs.',
    ),
    replyAddress: hint(
      z.optional(z.enum(['yes', 'no'])),
      'A reply address for each customer (optional)',
      'yes: answers come to support+…@, which tells whom they answer. The mailbox must take such addresses. Default: yes with SES.',
    ),
    copies: hint(
      z.optional(z.enum(['yes', 'no'])),
      'Answer all (optional)',
      'yes (the default): whoever was in copy of a proven sender’s mail gets the answer too.',
    ),
  }),
  credentials: z.object({
    smtpUrl: hint(
      z.optional(z.string().check(z.regex(/^smtps?:\/\/\S+$/, 'smtp://user:password@host:587 or smtps://…'))),
      'SMTP server',
      'smtp://user:password@host:587 or smtps://user:password@host. Not needed with SES.',
    ),
  }),
  secrets: ['smtpUrl'],
  capabilities: {
    maxText: 500_000,
    maxCaption: 10_000,
    media: { image: LARGEST, video: LARGEST, audio: LARGEST, file: LARGEST },
    mediaBy: 'upload',
    location: false,
    contact: false,
    buttons: 0,
    formatting: true,
    bundles: true,
    writeFirst: true,
    receipts: 'delivered',
    edits: false,
    deletions: false,
    reactions: false,
    typing: false,
    idempotentSend: false,
    scope: 'global',
    addresses: 'email',
  },
  /** No signature comes with mail: what counts is which door it came through, and that it came to us. The sender is `parse`'s business. */
  verify: ({ door, mail }, { address }) => door === 'mail' && Boolean(mail?.to.some((to) => isMailbox(to, address))),
  /** The MIME parser is loaded with the first mail: webhook functions carry this door too. */
  parse: async (request, connection) => (await import('./parse.ts')).parse(request, connection),
}
