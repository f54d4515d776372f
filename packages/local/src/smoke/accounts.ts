/** Which accounts the environment names, one channel each, under the names that their providers' own tools use. */
import type { NewConnection } from '@throughline/core/connection/connect.ts'

export type Environment = Readonly<Record<string, string | undefined>>

type Value = (variable: string) => string
export type Account = {
  kind: string
  /** All of them are needed. */
  variables: readonly string[]
  order(value: Value): Pick<NewConnection, 'credentials' | 'settings'>
  /** How a word of a customer's gets here: the provider calls us, or mail is brought to a port. */
  by: 'webhook' | 'smtp'
}

const TWILIO = ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'] as const
const twilio = (value: Value) => ({ accountSid: value('TWILIO_ACCOUNT_SID'), authToken: value('TWILIO_AUTH_TOKEN') })

export const ACCOUNTS: readonly Account[] = [
  {
    kind: 'telegram',
    variables: ['TELEGRAM_TOKEN'],
    order: (value) => ({ credentials: { token: value('TELEGRAM_TOKEN') } }),
    by: 'webhook',
  },
  {
    kind: 'sms',
    variables: [...TWILIO, 'TWILIO_SMS_FROM'],
    order: (value) => ({ credentials: twilio(value), settings: { from: value('TWILIO_SMS_FROM') } }),
    by: 'webhook',
  },
  {
    kind: 'whatsapp',
    variables: [...TWILIO, 'TWILIO_WHATSAPP_FROM'],
    order: (value) => ({ credentials: twilio(value), settings: { from: value('TWILIO_WHATSAPP_FROM') } }),
    by: 'webhook',
  },
  {
    kind: 'viber',
    variables: ['VIBER_TOKEN'],
    order: (value) => ({ credentials: { token: value('VIBER_TOKEN') } }),
    by: 'webhook',
  },
  {
    kind: 'email',
    variables: ['EMAIL_ADDRESS', 'SMTP_URL'],
    order: (value) => ({ settings: { address: value('EMAIL_ADDRESS') } }),
    by: 'smtp',
  },
]

export const missing = ({ variables }: Account, env: Environment): string[] => variables.filter((name) => !env[name])

export const orderOf = (account: Account, env: Environment): NewConnection => ({
  kind: account.kind,
  ...account.order((name) => env[name] ?? ''),
})
