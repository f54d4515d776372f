/** E-mail: the calls. */
import type { ChannelCalls } from '../../channel.ts'
import type { CallContext, Check, Connection } from '../../connector.ts'
import { VisibleError } from '../../error.ts'
import { mailAddress } from './address.ts'
import { classify } from './classify.ts'
import { compose } from './compose.ts'
import { checkDoor } from './reach.ts'
import { readSesAccount, sendBySes } from './ses.ts'
import { proveSmtp, sendBySmtp } from './smtp.ts'

const bySes = (connection: Connection) => connection.settings.via === 'ses'

async function checkSending(connection: Connection, context: CallContext): Promise<Check> {
  const name = 'sending'
  try {
    if (!bySes(connection)) {
      await proveSmtp(connection, context)
      return { name, ok: true, words: 'The mail server takes our mail.' }
    }
    const { sends, sandbox } = await readSesAccount(connection, context)
    const limit = sandbox ? ' The account is in SES’ sandbox: it writes to verified addresses only.' : ''
    return { name, ok: sends, words: (sends ? 'SES takes our mail.' : 'Sending is switched off in SES.') + limit }
  } catch (error) {
    return { name, ok: false, words: error instanceof VisibleError ? error.words : classify(error).words }
  }
}

export const emailCalls: ChannelCalls = {
  async connect(connection, context) {
    const address = mailAddress(String(connection.settings.address ?? ''))
    if (!address) throw new VisibleError(422, 'address_missing', 'Give the mailbox that customers write to.')
    if (!bySes(connection)) await proveSmtp(connection, context)
    else if (!(await readSesAccount(connection, context)).sends) {
      throw new VisibleError(422, 'sending_off', 'Sending is switched off in SES for this account and region.')
    }
    return { account: address, address }
  },

  check: async (connection, context) => [await checkSending(connection, context), await checkDoor(connection, context)],

  async send(unit, to, connection, context) {
    const mail = await compose(unit, to, connection, context)
    if (bySes(connection)) return { id: await sendBySes(mail, context.reference, connection, context), state: 'accepted' }
    await sendBySmtp(mail, connection, context)
    return { id: mail.id, state: 'accepted' }
  },

  classify,
}
