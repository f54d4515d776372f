/**
 * Mail that SES took in and laid into the bucket. Told by SES itself (its receipt names envelope and verdicts) or by the bucket, where
 * the headers that SES put on top of the mail say the same. And by SNS, what became of mail that we sent through SES.
 */
import { type Mail, receiveMail } from '@throughline/core/flow/receive.ts'
import type { Hub } from '@throughline/core/hub.ts'
import type { S3Event, S3EventRecord, SESEvent, SESEventRecord, SNSEvent, SNSEventRecord } from 'aws-lambda'
import { MAIL_PREFIX, readStamp, sentFrom } from './mail-stamp.ts'
import { hub } from './runtime.ts'

const DMARC: Readonly<Record<string, Mail['dmarc']>> = { PASS: 'pass', FAIL: 'fail' }

async function bytesOf(hub: Hub, key: string): Promise<Uint8Array> {
  const blob = await hub.blobs.get(key)
  if (!blob) throw new Error(`SES names a mail that is not in the bucket: ${key}`)
  return blob.bytes
}

async function fromSes(hub: Hub, { ses: { mail, receipt } }: SESEventRecord): Promise<Mail | undefined> {
  if (receipt.virusVerdict.status === 'FAIL') {
    hub.logger.error('mail.virus', { mail: mail.messageId })
    return undefined
  }
  const dmarc = DMARC[receipt.dmarcVerdict.status] ?? 'none'
  const bytes = await bytesOf(hub, `${MAIL_PREFIX}${mail.messageId}`)
  const spam = receipt.spamVerdict.status === 'FAIL'
  return { id: mail.messageId, from: mail.source, to: receipt.recipients, dmarc, bytes, ...(spam && { spam }) }
}

async function fromBucket(hub: Hub, { s3: { object } }: S3EventRecord): Promise<Mail | undefined> {
  const key = decodeURIComponent(object.key.replaceAll('+', ' '))
  const id = key.slice(MAIL_PREFIX.length)
  // SES writes this once, to show that it may write at all.
  if (!key.startsWith(MAIL_PREFIX) || id === 'AMAZON_SES_SETUP_NOTIFICATION') return undefined
  const bytes = await bytesOf(hub, key)
  const { virus, ...stamp } = readStamp(bytes)
  if (virus) {
    hub.logger.error('mail.virus', { mail: id })
    return undefined
  }
  return { id, ...stamp, bytes }
}

/** Nobody but AWS calls this function: SNS's own signature is for those it calls over the internet. */
function fromTopic(hub: Hub, { Sns: { MessageId, Message } }: SNSEventRecord): Mail | undefined {
  const mailbox = sentFrom(Message)
  if (!mailbox) {
    hub.logger.warn('mail.event_unreadable', { event: MessageId })
    return undefined
  }
  return { id: MessageId, from: '', to: [mailbox], dmarc: 'none', event: true, bytes: new TextEncoder().encode(Message) }
}

/** A mail that fails makes the call fail, and Lambda gives all of them again; those that were taken in are claimed by SES's message id. */
export async function handler({ Records }: SESEvent | S3Event | SNSEvent): Promise<void> {
  const ours = hub()
  for (const record of Records) {
    const mail = await ('ses' in record
      ? fromSes(ours, record)
      : 'Sns' in record
        ? fromTopic(ours, record)
        : fromBucket(ours, record))
    if (!mail) continue
    const { accepted, unknown } = await receiveMail(ours, mail)
    ours.logger.info('mail.received', { mail: mail.id, accepted: accepted.length, unknown: unknown.length })
  }
}
