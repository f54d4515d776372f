/** Events in the shapes that AWS gives them. */
import type { APIGatewayProxyEventV2, SESEvent, SESReceipt, SNSEvent, SQSEvent, SQSRecord } from 'aws-lambda'

const CONTEXT = {
  accountId: '123456789012',
  apiId: 'a1b2c3',
  domainName: 'hub.example',
  domainPrefix: 'hub',
  requestId: 'r1',
  routeKey: '$default',
  stage: '$default',
  time: '01/Jan/2027:00:00:00 +0000',
  timeEpoch: 1798761600000,
}

type Request = { method: string; path: string; query?: string; headers?: Record<string, string>; body?: string; base64?: boolean }

export function httpEvent({ method, path, query = '', headers = {}, body, base64 = false }: Request): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { host: 'hub.example', ...headers },
    requestContext: {
      ...CONTEXT,
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '203.0.113.9', userAgent: 'TwilioProxy/1.1' },
    },
    ...(body === undefined ? {} : { body: base64 ? Buffer.from(body).toString('base64') : body }),
    isBase64Encoded: base64,
  }
}

export const sqsRecord = (messageId: string, group: string, body: string, queue = 'HubRoute.fifo'): SQSRecord => ({
  messageId,
  receiptHandle: `handle-${messageId}`,
  body,
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '1798761600000',
    SenderId: 'AIDA',
    ApproximateFirstReceiveTimestamp: '1798761600001',
    MessageGroupId: group,
    MessageDeduplicationId: messageId,
    SequenceNumber: '18849496460467696128',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: `arn:aws:sqs:eu-central-1:123456789012:${queue}`,
  awsRegion: 'eu-central-1',
})
export const sqsEvent = (...Records: SQSRecord[]): SQSEvent => ({ Records })

export function sesEvent(messageId: string, to: string, dmarc: 'PASS' | 'FAIL' | 'GRAY'): SESEvent {
  const timestamp = '2027-01-01T00:00:00.000Z'
  const pass = { status: 'PASS' } as const
  const mail = {
    timestamp,
    source: 'ann@customers.example',
    messageId,
    destination: [to],
    headersTruncated: false,
    headers: [],
    commonHeaders: {
      returnPath: 'ann@customers.example',
      date: 'Fri, 1 Jan 2027 00:00:00 +0000',
      messageId: '<m1@customers.example>',
    },
  }
  const receipt: SESReceipt = {
    timestamp,
    processingTimeMillis: 100,
    recipients: [to],
    spamVerdict: pass,
    virusVerdict: pass,
    spfVerdict: pass,
    dkimVerdict: pass,
    dmarcVerdict: { status: dmarc },
    action: { type: 'Lambda', invocationType: 'Event', functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:email' },
  }
  return { Records: [{ eventSource: 'aws:ses', eventVersion: '1.0', ses: { mail, receipt } }] }
}

export function snsEvent(id: string, message: string): SNSEvent {
  const topic = 'arn:aws:sns:eu-central-1:123456789012:mail'
  const Sns = {
    Type: 'Notification',
    MessageId: id,
    TopicArn: topic,
    Subject: '',
    Message: message,
    Timestamp: '2027-01-01T00:00:00.000Z',
    SignatureVersion: '1',
    Signature: '',
    SigningCertUrl: '',
    UnsubscribeUrl: '',
    MessageAttributes: {},
  }
  return { Records: [{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: `${topic}:1`, Sns }] }
}
