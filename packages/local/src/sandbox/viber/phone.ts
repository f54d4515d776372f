/** What the person does on the Viber phone. */
import { ann } from '../ann.ts'
import { keep, type Sandbox, show, type Written } from '../sandbox.ts'
import { addCallback, newToken } from './callback.ts'
import { fileKey } from './send.ts'

const sender = { id: ann.viber, name: ann.name, language: 'en', country: 'US', api_version: 10 }

export function viberPhone(sandbox: Sandbox) {
  const { viber } = sandbox.book.state
  /** The first message subscribes, without a callback of its own. */
  async function write({ text, picture }: Written): Promise<void> {
    viber.subscribed = true
    const token = newToken(sandbox)
    const file = picture && (await keep(sandbox, fileKey(), picture))
    show(sandbox, 'viber', { id: token, from: 'person', text, state: 'sending', ...(file && { file }) })
    await sandbox.book.save()
    const link = file && `${sandbox.origin}/viber/media/${file.key}`
    const message = file
      ? { type: file.mime.startsWith('image/') ? 'picture' : 'file', text, media: link, file_name: file.name, size: file.size }
      : { type: 'text', text }
    await addCallback(sandbox, { event: 'message', message_token: token, sender, message, silent: false }, token)
  }

  return {
    write,

    /** A key says its words as the person's own message. */
    async press(message: string, data: string): Promise<void> {
      const bubble = sandbox.book.state.phones.viber.find(({ id }) => id === message)
      if (bubble?.buttons?.some((button) => button.data === data)) await write({ text: data })
    },

    async block(blocked: boolean): Promise<void> {
      if (viber.subscribed === !blocked) return
      viber.subscribed = !blocked
      const who = blocked ? { event: 'unsubscribed', user_id: ann.viber } : { event: 'subscribed', user: sender }
      await addCallback(sandbox, { ...who, message_token: newToken(sandbox) })
    },
  }
}
