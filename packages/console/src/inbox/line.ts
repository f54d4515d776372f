/** Everything that is not a message or a note, as one line of words. */
import type { Author, Entry } from '@throughline/core/entry.ts'
import { readIdentityKey } from '@throughline/core/identity.ts'
import { plain } from '@throughline/core/message.ts'
import { type Page, titleOf } from '../page.ts'

export type Line = { words: string; tone?: 'bad' | 'notable'; more?: string; url?: string }

export function authorName(page: Page, author: Author | undefined): string {
  const { t, viewer } = page
  if (!author) return t.entry.team
  if (viewer && author.id === viewer.agent.id) return t.entry.you
  if (author.name) return author.name
  return { rule: t.entry.rule, api: t.entry.api, agent: t.entry.team }[author.kind]
}

/** Empty: nothing to show. */
export function linesOf(page: Page, entry: Entry, customer: string, agents: (id: string) => string): Line[] {
  const words = page.t.entry
  const who = authorName(page, entry.author)
  switch (entry.kind) {
    case 'edit':
      return [{ words: words.edited(customer), more: plain(entry.parts) }]
    case 'delete':
      return [{ words: words.deleted(customer) }]
    case 'reaction':
      return [{ words: entry.data.emoji ? words.reacted(customer, entry.data.emoji) : words.reactionRemoved(customer) }]
    case 'start':
      return [{ words: words.start(customer) }]
    case 'optOut':
      return [{ words: words.optOut[entry.data.why](customer), tone: 'bad' }]
    case 'optIn':
      return [{ words: words.optIn(customer) }]
    case 'proof':
      return [{ words: words.proof[entry.data.of](entry.data.value), tone: 'notable' }]
    case 'failure':
      return [{ words: `${words.failure[entry.data.state]}: ${entry.data.words}`, tone: 'bad' }]
    case 'set':
      return setLines(page, entry, who, agents)
    case 'identity':
      return [
        {
          words: words.identities(
            entry.data.identities.map(({ channel, address }) => `${titleOf(page, channel)} ${address}`).join(', '),
          ),
        },
      ]
    case 'activity':
      return [{ words: `${entry.data.type}: ${entry.data.title}`, tone: 'notable', url: entry.data.url }]
    case 'suggestion':
      return [{ words: words.suggested(entry.data.words), tone: 'notable' }]
    case 'joined':
      return [{ words: words.joined, tone: 'notable' }]
    case 'opened':
      return [{ words: words.opened, tone: 'notable' }]
    default:
      return []
  }
}

function setLines(page: Page, entry: Extract<Entry, { kind: 'set' }>, who: string, agents: (id: string) => string): Line[] {
  const words = page.t.entry
  const { name, status, assignee, tags, fields = {}, wish } = entry.data
  const lines: string[] = []
  if (name !== undefined) lines.push(words.named(who, name))
  if (status) lines.push(status === 'closed' ? words.closed(who) : words.reopened(who))
  if (assignee) lines.push(words.assigned(who, agents(assignee)))
  else if (assignee === null) lines.push(words.unassigned(who))
  if (tags?.add?.length) lines.push(words.tagged(who, tags.add.join(', ')))
  if (tags?.remove?.length) lines.push(words.untagged(who, tags.remove.join(', ')))
  for (const [field, value] of Object.entries(fields)) {
    lines.push(value === null ? words.fieldRemoved(who, field) : words.field(who, field, value))
  }
  if (wish) lines.push(words.wished(who, titleOf(page, wish.includes(':') ? readIdentityKey(wish).channel : wish)))
  return lines.map((line) => ({ words: line }))
}
