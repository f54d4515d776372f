/** Entries in words for people at tools. Undefined: nothing that an agent needs to read. */
import type { Entry, FailureEntry } from '../entry.ts'
import { plain } from '../message.ts'

/** `meaning`: the button that a short answer means. */
export function wordsFor(entry: Entry, meaning?: string): string | undefined {
  if (entry.erased) return undefined
  switch (entry.kind) {
    case 'message':
      return meaning ? `${plain(entry.parts).trim()} (${meaning})` : plain(entry.parts)
    case 'edit':
      return `[edited] ${plain(entry.parts)}`
    case 'delete':
      return '[took a message back]'
    case 'reaction':
      return `[reacted ${entry.data.emoji}]`
    case 'start':
      return '[opened the chat]'
    case 'optOut':
      return entry.data.why === 'blocked' ? '[blocked us]' : '[opted out]'
    case 'optIn':
      return '[opted in again]'
    case 'failure':
      return failureWords(entry)
    case 'media':
      return entry.data.parts && plain(entry.data.parts)
    case 'note':
      return entry.data.text
    case 'set':
      return setWords(entry)
    case 'activity':
      return [`[${entry.data.type}] ${entry.data.title}`, entry.data.url].filter(Boolean).join(' ')
    case 'suggestion':
      return entry.data.words
    case 'joined':
      return '[two customers became one]'
    case 'opened':
      return '[taken apart again]'
    default:
      return undefined
  }
}

function failureWords({ data }: FailureEntry): string {
  if (data.state === 'unknown') return `Nobody knows whether this reply arrived: ${data.words}`
  return data.state === 'refused' ? `Not sent: ${data.words}` : `Failed: ${data.words}`
}

function setWords({ data }: Extract<Entry, { kind: 'set' }>): string | undefined {
  const words = [
    data.name === undefined ? '' : `name: ${data.name}`,
    data.status ? (data.status === 'closed' ? 'closed' : 'opened again') : '',
    data.assignee === undefined ? '' : data.assignee ? `assigned to ${data.assignee}` : 'no longer assigned',
    ...(data.tags?.add ?? []).map((tag) => `tag: ${tag}`),
    ...(data.tags?.remove ?? []).map((tag) => `tag removed: ${tag}`),
    ...Object.entries(data.fields ?? {}).map(([field, value]) => (value === null ? `${field} removed` : `${field}: ${value}`)),
  ].filter(Boolean)
  return words.length > 0 ? `[${words.join(', ')}]` : undefined
}
