/** Commands that agents write at the start of a line in any tool. An unknown one is explained to them and never reaches the customer. */
import type { Author, Fact } from '../entry.ts'

const KNOWN = 'note TEXT, close, open, tag NAME, untag NAME, assign [NAME], via CHANNEL TEXT'

const words = (text: string): Fact => ({ kind: 'note', author: { kind: 'rule', id: 'hub', name: 'Throughline' }, data: { text } })

export function commandFact(name: string, rest: string, author: Author): Fact {
  const text = rest.trim()
  switch (name.toLowerCase()) {
    case 'note':
      return text ? { kind: 'note', author, data: { text } } : words('A note needs a text: note Called back at noon.')
    case 'close':
      return { kind: 'set', author, data: { status: 'closed' } }
    case 'open':
      return { kind: 'set', author, data: { status: 'open' } }
    case 'tag':
      return text ? { kind: 'set', author, data: { tags: { add: [text] } } } : words('Which tag? For example: tag vip')
    case 'untag':
      return text ? { kind: 'set', author, data: { tags: { remove: [text] } } } : words('Which tag? For example: untag vip')
    case 'assign':
      return { kind: 'set', author, data: { assignee: text || author.name || author.id } }
    case 'via': {
      const [via, ...said] = text.split(/\s+/)
      if (!via || said.length === 0) return words('Which channel, and what to say? For example: via sms We are on our way.')
      const parts = [{ type: 'text' as const, text: text.slice(via.length).trim() }]
      return { kind: 'message', direction: 'out', author, parts, data: { via: via.toLowerCase() } }
    }
    // Said by a tool, not by an agent: a file was shared in the thread.
    case 'file':
      return words(`Not sent to the customer: ${text || 'the file'}. Files do not go from tools to customers yet.`)
    default:
      return words(`There is no command "${name}". Known: ${KNOWN}. Nothing was sent to the customer.`)
  }
}
